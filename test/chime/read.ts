import * as z from 'zod';
import { limits } from '#base';
import type { FromPerson, Reading } from '#delivery';

const event = z.discriminatedUnion('does', [
  z.object({
    does: z.literal('text'),
    id: z.string(),
    who: z.string(),
    atMs: z.number(),
    text: z.string(),
    to: z.string().optional(),
  }),
  z.object({
    does: z.literal('press'),
    id: z.string(),
    who: z.string(),
    atMs: z.number(),
    payload: z.string(),
    title: z.string(),
  }),
  z.object({ does: z.literal('taken'), id: z.string(), message: z.string(), reference: z.string().optional() }),
]);
const body = z.object({ page: z.string(), events: z.array(z.unknown()) });

/** Reads a body of Chime's: a page, and what happened there, each for itself. */
export function readChime(raw: Buffer): readonly Reading[] {
  const parsed = opened(raw);
  if (!parsed) return [deadLetter('unknown_form', raw)];
  const { page, events } = parsed;
  const again = (rest: readonly unknown[]): Buffer => Buffer.from(JSON.stringify({ page, events: rest }));
  if (events.length === 0) return [deadLetter('unknown_form', raw)];
  const [now, later] = [events.slice(0, limits.channelEventsMax), events.slice(limits.channelEventsMax)];
  return [
    ...now.map((one) => readingOf(page, one) ?? deadLetter('unknown_event', again([one]))),
    ...(later.length > 0 ? [deadLetter('too_many', again(later))] : []),
  ];
}

function opened(raw: Buffer): z.infer<typeof body> | undefined {
  if (raw.length > limits.channelBodyBytesMax) return undefined;
  try {
    return body.safeParse(JSON.parse(raw.toString())).data;
  } catch {
    // Whatever it is, it is not what Chime sends.
    return undefined;
  }
}

function readingOf(account: string, given: unknown): Reading | undefined {
  const { data } = event.safeParse(given);
  if (!data) return undefined;
  if (data.does === 'taken') {
    const { id: key, message: platformId, reference } = data;
    const own = reference !== undefined;
    return { from: 'platform', kind: 'echo', account, key, platformId, own, ...(own && { reference }), person: {} };
  }
  const did = { from: 'person', account, person: { id: data.who }, atMs: data.atMs, key: data.id } as const;
  if (data.does === 'press') return { ...did, kind: 'press', payload: data.payload, title: data.title };
  return {
    ...did,
    kind: 'text',
    text: data.text,
    ...(data.to !== undefined && { repliesTo: data.to }),
  } satisfies FromPerson;
}

const deadLetter = (reason: string, raw: Buffer): Reading => ({ from: 'nobody', kind: 'dead-letter', reason, raw });
