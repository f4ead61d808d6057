import type { LinkId } from '#base';
import { sql } from '#db';
import { columnOfLink, type SealedColumn } from '#vault';

/** The columns of this folder that are sealed under a link's key: all of them are resealed when that is renewed. */
export function sealedColumnsOf(linkId: LinkId): SealedColumn[] {
  return places.map((place) => columnOfLink(linkId, place));
}

const links = { from: sql`from links`, update: sql`update links`, id: sql`link_id` } as const;
const accounts = {
  from: sql`from accounts`,
  update: sql`update accounts`,
  id: sql`account_ref`,
  row: sql`encode(account_index, 'hex')`,
} as const;
const ofAccount = { id: sql`account_ref`, sealed: sql`sealed_cursor` } as const;

const places = [
  { ...links, place: 'links.tokens', sealed: sql`sealed_tokens` },
  { ...links, place: 'links.grant', sealed: sql`sealed_grant` },
  { ...accounts, place: 'accounts.detail', sealed: sql`sealed` },
  { ...accounts, place: 'accounts.hearing', sealed: sql`sealed_hearing` },
  { ...accounts, place: 'accounts.low', sealed: sql`sealed_low` },
  { ...accounts, place: 'accounts.watch', sealed: sql`sealed_watch` },
  { ...ofAccount, place: 'lookbacks.cursor', from: sql`from lookbacks`, update: sql`update lookbacks` },
  { ...ofAccount, place: 'fetch_accounts.cursor', from: sql`from fetch_accounts`, update: sql`update fetch_accounts` },
] as const;
