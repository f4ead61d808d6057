import { createHash } from 'node:crypto';
import { limits } from '#base';
import * as z from 'zod';
import type { BankRef, FdxDialect } from './connection.ts';
import { bankAnswerUnreadable } from './faults.ts';

/** The members of an FDX list by which it goes on; both styles and the link, whichever the bank writes. */
export const pagedSchema = z.object({
  page: z.object({ nextPageKey: z.string().nullish(), nextOffset: z.union([z.string(), z.int()]).nullish() }).nullish(),
  links: z.object({ next: z.union([z.string(), z.object({ href: z.string() })]).nullish() }).nullish(),
});

/**
 * Where a list goes on, and enough to notice that it goes in circles (Brent: a mark is set at every
 * power of two; meeting the mark again means a cycle). As JSON it is the opaque `next` of `BankApi`.
 */
const placeSchema = z.object({
  key: z.string().min(1),
  pages: z.int().positive(),
  mark: z.string(),
});
/** Where a list goes on: the key of the next page, how many were read, and the mark that betrays a circle. */
export type Place = z.infer<typeof placeSchema>;

/** The query that asks for the page at a place; the first page when there is none. */
export function pageQuery(dialect: FdxDialect, place: Place | undefined): Record<string, string> {
  const limit = String(dialect.pageSize);
  if (dialect.paging === 'page-key') return place ? { limit, pageKey: place.key } : { limit };
  return { limit, offset: place?.key ?? '0' };
}

/**
 * Where the list goes on after this page; undefined at its end.
 *
 * @throws TellerlineError `bank_answer_unreadable` when it goes in circles or never ends
 */
export function nextPlace(
  bank: BankRef,
  dialect: FdxDialect,
  paged: z.infer<typeof pagedSchema>,
  at: Place | undefined,
): Place | undefined {
  const key = nextKey(dialect, paged);
  if (key === undefined) return undefined;
  const field = dialect.paging === 'page-key' ? 'page.nextPageKey' : 'page.nextOffset';
  const print = fingerprint(key);
  if (key === at?.key || print === at?.mark)
    throw bankAnswerUnreadable(bank, field, 'names a page that was read already');
  const pages = (at?.pages ?? 0) + 1;
  if (pages > limits.bankPagesMax) throw bankAnswerUnreadable(bank, field, 'the list does not end');
  const isPowerOfTwo = (pages & (pages - 1)) === 0;
  return { key, pages, mark: isPowerOfTwo || !at ? print : at.mark };
}

function nextKey(dialect: FdxDialect, { page, links }: z.infer<typeof pagedSchema>): string | undefined {
  const told = dialect.paging === 'page-key' ? page?.nextPageKey : page?.nextOffset;
  if (told !== undefined && told !== null && told !== '') return String(told);
  const href = typeof links?.next === 'string' ? links.next : links?.next?.href;
  if (!href) return undefined;
  // Only the key is taken out of the link: the address that is called stays ours.
  const query = new URLSearchParams(href.slice(href.indexOf('?') + 1));
  return query.get(dialect.paging === 'page-key' ? 'pageKey' : 'offset') ?? undefined;
}

function fingerprint(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}

/** A place as the opaque text that linking keeps. */
export function writePlace(place: Place): string {
  return JSON.stringify(place);
}

/** @throws Error when the text is not one that `writePlace` wrote */
export function readPlace(text: string): Place {
  return placeSchema.parse(JSON.parse(text));
}
