import { newId, type CustomerId } from '#base';
import { createCustomer, type Customer } from '#customers';
import type { Transaction } from '#db';
import type { Thread } from '#delivery';
import type { TalkParts } from './talk-parts.ts';

/** Makes a new customer: keys and an empty conversation. Where they are met is entered by whoever met them. */
export async function beginCustomer(
  { delivery, vault, clock }: TalkParts,
  tx: Transaction,
  manner: Pick<Customer, 'locale' | 'timeZone'>,
): Promise<Thread> {
  const customer = { customerId: newId<CustomerId>(), ...manner };
  const nowMs = clock.nowMs();
  await createCustomer(tx, customer, nowMs);
  await vault.createCustomerKeys(tx, customer.customerId);
  return delivery.createConversation(tx, customer.customerId, nowMs);
}
