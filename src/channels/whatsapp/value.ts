import { fieldsOf, idOf, listOf, type Fields } from '#channels/meta';
import type { PersonIds } from '#delivery';

/** One value of WhatsApp's: what a number was told of at once, and of whom. */
export interface WhatsAppValue {
  readonly fields: Fields;
  /** The number's id. Meta: `metadata.phone_number_id`. */
  readonly account: string;
  /** The people of this value by both their ids, where Meta tells both. */
  readonly contacts: readonly PersonIds[];
}

/** The value with its account and its people; the account is the business account's where no number is named. */
export function valueOf(fields: Fields, entry: Fields): WhatsAppValue {
  const account = idOf(fieldsOf(fields['metadata'])?.['phone_number_id']) ?? idOf(entry['id']) ?? 'unnamed';
  const contacts = listOf(fields['contacts']).map((contact) => {
    const { wa_id: number, user_id: id } = fieldsOf(contact) ?? {};
    return idsOf(idOf(id), idOf(number));
  });
  return { fields, account, contacts };
}

/**
 * Who is meant: by number, by the business-scoped id, or by both. Meta: since 2026 either may be missing where
 * something is told; `contacts` then has it. Only a contact that agrees is asked: who is meant is never guessed.
 *
 * @returns undefined when neither is told
 */
export function personOf(value: WhatsAppValue, number: unknown, id: unknown): PersonIds | undefined {
  const told = idsOf(idOf(id), idOf(number));
  if (told.id === undefined && told.number === undefined) return undefined;
  const contact = value.contacts.find((one) => agree(one.number, told.number) || agree(one.id, told.id));
  if (!contact || contradicts(contact, told)) return told;
  return idsOf(told.id ?? contact.id, told.number ?? contact.number);
}

/** The ids that are there. */
export function idsOf(id: string | undefined, number: string | undefined): PersonIds {
  return { ...(id === undefined ? {} : { id }), ...(number === undefined ? {} : { number }) };
}

function agree(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one === other;
}

function contradicts(contact: PersonIds, told: PersonIds): boolean {
  const differ = (one?: string, other?: string): boolean => one !== undefined && other !== undefined && one !== other;
  return differ(contact.id, told.id) || differ(contact.number, told.number);
}
