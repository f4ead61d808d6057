import { isDeeperThan, limits } from '#base';
import type { DeadLetter, Reading } from '#delivery';
import { fieldsOf, listOf, wordOf, type Fields } from './fields.ts';

/** A body of Meta's, opened. */
export interface Body {
  /** What it is about, in Meta's word: `page`, `whatsapp_business_account`. */
  readonly object: string;
  readonly entries: readonly unknown[];
}

/** One thing in a body, that is read for itself. */
export interface Part {
  /** Meta's own word for it. */
  readonly word: string;
  /** The entry with this alone in it, from which it can be read again. */
  readonly entry: unknown;
  /** What it says, or a stable code of why it cannot be understood. May throw: then it cannot either. */
  read(): readonly Reading[] | Unread;
}

/** Why something cannot be understood. */
export interface Unread {
  readonly unread: string;
}

/**
 * Opens a body and reads every part for itself: one that cannot be understood is a dead letter and drops no
 * neighbour. Every body gives one reading at least, so that none vanishes. Never throws.
 *
 * @param partsOf what an entry holds; none when it holds nothing that is known
 */
export function readBody(raw: Buffer, partsOf: (entry: Fields, body: Body) => readonly Part[]): readonly Reading[] {
  const body = openBody(raw);
  if ('unread' in body) return [deadLetter(body.unread, 'body', raw)];
  const readings: Reading[] = [];
  let count = 0;
  for (const [index, entry] of body.entries.entries()) {
    const parts = partsOfEntry(entry, body, partsOf);
    const room = limits.channelEventsMax - count;
    for (const part of parts.slice(0, room)) readings.push(...readPart(part, body));
    count += parts.length;
    if (parts.length <= room) continue;
    const rest = [...parts.slice(room).map((part) => part.entry), ...body.entries.slice(index + 1)];
    return [...readings, deadLetter('body_too_long', 'body', envelope(body, rest))];
  }
  return readings.length > 0 ? readings : [deadLetter('body_empty', 'body', raw)];
}

function openBody(raw: Buffer): Body | Unread {
  if (raw.length > limits.channelBodyBytesMax) return { unread: 'body_too_large' };
  if (isDeeperThan(raw, limits.channelDepthMax)) return { unread: 'body_too_deep' };
  const body = fieldsOf(parseJson(raw));
  if (!body) return { unread: 'body_not_json' };
  if (!Array.isArray(body['entry'])) return { unread: 'body_without_entries' };
  return { object: wordOf(body['object']), entries: body['entry'] };
}

/** Whole numbers beyond 2^53 stay the text that they were: ids of apps are such, and rounded they are another app's. */
function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(raw),
      (_key, value: unknown, context?: { readonly source?: string }) =>
        typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
          ? (context?.source ?? value)
          : value,
    ) as unknown;
  } catch {
    return undefined;
  }
}

function partsOfEntry(
  entry: unknown,
  body: Body,
  partsOf: (entry: Fields, body: Body) => readonly Part[],
): readonly Part[] {
  const unreadable = (unread: string): readonly Part[] => [{ word: 'entry', entry, read: () => ({ unread }) }];
  const fields = fieldsOf(entry);
  if (!fields) return unreadable('entry_malformed');
  try {
    const parts = partsOf(fields, body);
    return parts.length === 0 ? unreadable('entry_empty') : parts;
  } catch {
    return unreadable('entry_malformed');
  }
}

function readPart(part: Part, body: Body): readonly Reading[] {
  const dead = (reason: string): readonly Reading[] => [deadLetter(reason, part.word, envelope(body, [part.entry]))];
  try {
    const readings = part.read();
    if ('unread' in readings) return dead(readings.unread);
    return readings.length === 0 ? dead('event_empty') : readings;
  } catch {
    // A fault of ours, which must not cost the neighbours: it is kept, and the alarm of dead letters tells of it.
    return dead('event_unreadable');
  }
}

/** The entries of a list in an entry, each with an entry that holds it alone. */
export function partsIn(entry: Fields, list: string): readonly { readonly item: unknown; readonly alone: Fields }[] {
  const { id, time } = entry;
  return listOf(entry[list]).map((item) => ({ item, alone: { id, time, [list]: [item] } }));
}

function envelope({ object }: Body, entry: readonly unknown[]): Buffer {
  return Buffer.from(JSON.stringify({ object, entry }));
}

function deadLetter(reason: string, word: string, raw: Buffer): DeadLetter {
  return { from: 'nobody', kind: 'dead-letter', reason, word, raw };
}
