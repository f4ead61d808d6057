import { limits, type CustomerId, type IdentityId } from '#base';
import { sql, type Queryable, type Sql } from '#db';

/** Whether somebody who says a code that nobody awaits there is believed. */
export interface StrayCode {
  readonly mayTry: boolean;
  /** This one was the first too many within the hour. */
  readonly isFirstOver: boolean;
}

/** A code that nobody awaits in the chat in which it was said. */
export interface StraySaying {
  readonly customerId: CustomerId;
  /** The chat; missing: a browser. */
  readonly identityId?: IdentityId;
  /** A keyed hash of the words that is the same at every telling of them: told again they are counted once. */
  readonly said: Buffer;
  /** This chat awaits a code of its own, so that a slip is likelier than a guess: it counts, and raises no alarm. */
  readonly isOwnTry: boolean;
}

interface Counted {
  readonly codes: number;
  readonly own: number;
  /** The same words were counted before. */
  readonly again: boolean;
}

/**
 * Counts a code that was said where nobody awaits it, before anything is compared: for the channel identity in whose
 * chat it was said, and for its customer, who may have several and a browser.
 */
export async function takeStrayCode(db: Queryable, saying: StraySaying, nowMs: number): Promise<StrayCode> {
  const { customerId, identityId, isOwnTry } = saying;
  const count = (place: CountedPlace, id: CustomerId | IdentityId | null) => countIn(db, place, id, saying, nowMs);
  const [ofCustomer] = await count(customers, customerId);
  const [ofChat] = await count(chats, identityId ?? null);
  const { strayCodesPerHourMax: chatMax, strayCodesPerCustomerMax: customerMax } = limits;
  const isFirstOver = (counted: Counted | undefined, max: number): boolean =>
    counted !== undefined && !isOwnTry && !counted.again && counted.codes - counted.own === max + 1;
  return {
    mayTry: (ofChat?.codes ?? 0) <= chatMax && (ofCustomer?.codes ?? 0) <= customerMax,
    isFirstOver: isFirstOver(ofChat, chatMax) || isFirstOver(ofCustomer, customerMax),
  };
}

/** Where codes are counted. */
interface CountedPlace {
  readonly from: Sql;
  readonly update: Sql;
  readonly id: Sql;
}

const customers: CountedPlace = { from: sql`from customers`, update: sql`update customers`, id: sql`customer_id` };
const chats: CountedPlace = {
  from: sql`from channel_identities`,
  update: sql`update channel_identities`,
  id: sql`identity_id`,
};

function countIn(
  db: Queryable,
  { from, update, id }: CountedPlace,
  of: CustomerId | IdentityId | null,
  { said, isOwnTry }: StraySaying,
  nowMs: number,
): Promise<Counted[]> {
  const now = new Date(nowMs);
  const since = new Date(nowMs - 3_600_000);
  const own = isOwnTry ? 1 : 0;
  return db.query<Counted>(sql`
    ${update} c set stray_said_index = ${said},
      stray_codes = case when again then stray_codes when is_recent then stray_codes + 1 else 1 end,
      stray_own = case when again then stray_own when is_recent then stray_own + ${own} else ${own} end,
      stray_codes_since = case when again or is_recent then stray_codes_since else ${now} end
    from (select ${id}, stray_said_index is not distinct from ${said} as again,
        coalesce(stray_codes_since > ${since}, false) as is_recent
      ${from} where ${id} = ${of}::uuid for update) b
    where c.${id} = b.${id} returning stray_codes as codes, stray_own as own, again`);
}
