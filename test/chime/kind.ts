import type { ChannelKind, ChannelParts, Dispatch, Outcome } from '#delivery';
import { referenceText } from '#delivery';
import { outgoing } from '#base';
import { readChime } from './read.ts';
import { renderChime } from './render.ts';
import { pageOf, type ChimePage } from './settings.ts';
import { isOfChime } from './signature.ts';

/** Chime, a messenger that nobody has: all that a third one takes, as docs/channels.md walks through it. */
export const chime: ChannelKind = {
  channel: 'chime',
  configure: (section) => {
    const page = pageOf(section);
    return {
      channel: 'chime',
      create: (parts) => ({
        channel: 'chime',
        name: 'Chime',
        hasWindow: false,
        removes: false,
        edits: false,
        concurrencyMax: 4,
        timeoutMs: 5_000,
        settleMs: 10_000,
        verify: (raw, headers) => isOfChime(raw, headers['x-chime-signature'], page.secret),
        handshake: ({ secret, challenge }) =>
          secret === page.secret && /^\d+$/.test(String(challenge)) ? String(challenge) : undefined,
        read: readChime,
        nameOf: (account) => (account === page.page ? page.name : undefined),
        preview: (message, as) => {
          const bodies = renderChime(message, as);
          return {
            parts: bodies.map(({ text }) => ({ text })),
            buttons: bodies.flatMap(({ buttons = [] }) => buttons.map(({ title }) => title)),
          };
        },
        send: (dispatch, signal) => send(page, parts, dispatch, signal),
      }),
    };
  },
};

async function send(page: ChimePage, parts: ChannelParts, dispatch: Dispatch, signal: AbortSignal): Promise<Outcome> {
  const { message, detail, purpose, manner, reference: deliveryId, attempt, identityId } = dispatch;
  if (!message) return { outcome: 'skipped', code: 'cannot-be-unsaid' };
  const address = await parts.addressOf(identityId);
  if (!address) return { outcome: 'skipped', code: 'address-retired' };
  const viewAddress = detail === 'full' ? undefined : await parts.mintView({ ...dispatch, message });
  const as = { ...manner, detail, purpose, viewAddress, publicUrl: parts.publicUrl(), faces: parts.faces() };
  const bodies = renderChime(message, as);
  const known = await parts.parts().begin({ deliveryId, parts: bodies.length, revision: message.revision, attempt });
  let platformId = '';
  for (const [part, body] of bodies.entries()) {
    const before = known.get(part);
    if (before !== undefined) continue;
    const reference = { deliveryId, part, attempt };
    const outcome = await call(page, { to: address.person.id, reference: referenceText(reference), ...body }, signal);
    if (outcome.outcome !== 'sent') return outcome;
    ({ platformId } = outcome);
    await parts.parts().taken(reference, platformId);
  }
  return { outcome: 'sent', platformId };
}

/** Chime: 200 with an id; 429 with seconds; 404, nobody is there; 400, wrong; anything else may be asked again. */
async function call({ api, page, secret }: ChimePage, body: object, signal: AbortSignal): Promise<Outcome> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` };
  try {
    const say = outgoing('messenger', [new URL(api).origin]);
    const response = await say(`${api}/${page}/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal,
    });
    if (response.status === 429) return { outcome: 'later', code: 'slower', afterMs: 1_000 };
    if (response.status === 404) return { outcome: 'closed', code: 'nobody-there' };
    if (response.status === 400) return { outcome: 'refused', code: 'wrong' };
    if (response.status !== 200) return { outcome: 'later', code: `status-${response.status}` };
    const { id } = (await response.json()) as { readonly id?: string };
    return typeof id === 'string' ? { outcome: 'sent', platformId: id } : { outcome: 'unknown', code: 'answer-none' };
  } catch {
    // It may have been taken: only an answer says that it was not.
    return { outcome: 'unknown', code: 'no-answer' };
  }
}
