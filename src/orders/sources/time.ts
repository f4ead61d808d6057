import { wordOf } from './fields.ts';

const instantForm = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/**
 * An instant (RFC 3339) of what a sender writes: with its offset, or `zone` where it writes none; seconds since 1970
 * as a number. A day alone is that day at noon UTC, which is the same day nearly everywhere. Undefined for what is no
 * time, or one before 1990 or after 2199, which is how systems write "never".
 */
export function instantOf(value: unknown, zone = 'Z'): string | undefined {
  if (typeof value === 'number') return ofOurTime(new Date(value > 1e11 ? value : value * 1000));
  const word = wordOf(value);
  if (word === undefined) return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(word)) return dayOf(word) && ofOurTime(new Date(`${word}T12:00:00Z`));
  if (/^\d{9,10}$/.test(word)) return ofOurTime(new Date(Number(word) * 1000));
  const match = instantForm.exec(word);
  if (!match) return undefined;
  const offset = /^(z|utc)$/i.test(match[3] ?? zone)
    ? 'Z'
    : (match[3] ?? zone).replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return ofOurTime(new Date(`${match[1]}T${match[2]}${offset}`));
}

/** The calendar day that a sender writes, alone or before a time; as it stands there, whatever the zone. */
export function dayOf(value: unknown): string | undefined {
  const word = wordOf(value);
  const day = word && /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(word)?.[1];
  if (!day) return undefined;
  const date = new Date(`${day}T12:00:00Z`);
  // 30 February rolls over into March.
  return ofOurTime(date)?.startsWith(day) === true ? day : undefined;
}

function ofOurTime(date: Date): string | undefined {
  const ms = date.getTime();
  if (Number.isNaN(ms) || date.getUTCFullYear() < 1990 || date.getUTCFullYear() > 2199) return undefined;
  return date.toISOString();
}
