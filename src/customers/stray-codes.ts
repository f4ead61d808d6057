import { limits, type CustomerId, type IdentityId } from '#base';
import { sql, type Queryable } from '#db';

/** Whether somebody who says a code that nobody awaits there is believed. */
export interface StrayCode {
  readonly mayTry: boolean;
  /** This one was the first too many within the hour. */
  readonly isFirstOver: boolean;
}

/**
 * Counts a code that was said where nobody awaits it, before anything is compared: for the channel identity in whose
 * chat it was said, and for its customer, who may have several and a browser.
 */
export async function takeStrayCode(
  db: Queryable,
  { customerId, identityId }: { readonly customerId: CustomerId; readonly identityId?: IdentityId },
  nowMs: number,
): Promise<StrayCode> {
  const now = new Date(nowMs);
  const since = new Date(nowMs - 3_600_000);
  const [ofCustomer] = await db.query<{ codes: number }>(sql`
    update customers set stray_codes = case when stray_codes_since > ${since} then stray_codes + 1 else 1 end,
      stray_codes_since = case when stray_codes_since > ${since} then stray_codes_since else ${now} end
    where customer_id = ${customerId} returning stray_codes as codes`);
  const [ofChat] = await db.query<{ codes: number }>(sql`
    update channel_identities set stray_codes = case when stray_codes_since > ${since} then stray_codes + 1 else 1 end,
      stray_codes_since = case when stray_codes_since > ${since} then stray_codes_since else ${now} end
    where identity_id = ${identityId ?? null}::uuid returning stray_codes as codes`);
  const inChat = ofChat?.codes ?? 0;
  const byCustomer = ofCustomer?.codes ?? 0;
  const { strayCodesPerHourMax: chatMax, strayCodesPerCustomerMax: customerMax } = limits;
  return {
    mayTry: inChat <= chatMax && byCustomer <= customerMax,
    isFirstOver: inChat === chatMax + 1 || byCustomer === customerMax + 1,
  };
}
