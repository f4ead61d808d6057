import type { Clock, CustomerId, IdentityId, MessageId } from '#base';
import type { Locale } from '#contract';
import { findCustomer } from '#customers';
import type { Database } from '#db';
import type { Views } from '#delivery';
import { wordsOf } from './fold.ts';
import { plain, type Answer } from './turn.ts';
import { say } from './words.ts';

/** What "show" takes. */
export interface ShowingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly delivery: { readonly views: Pick<Views, 'mint' | 'hasNews'> };
}

/** "show" and what people say for it, as the whole of a message, by folded words. */
const asked: ReadonlySet<string> = new Set([
  'show',
  'show me',
  'show it',
  'show me it',
  'show again',
  'show it again',
  'show me again',
  'show please',
  'muestrame',
  'muestramelo',
  'muestralo',
  'mostrar',
  'muestra',
  'muestrame otra vez',
  'ensename',
  'ensenamelo',
]);

/** Whether a person at a messenger asks for a fresh address. In a browser there is nothing to be shown again. */
export function asksToShow(text: string): boolean {
  return asked.has(wordsOf(text).join(' '));
}

/**
 * Answers "show", said in a messenger or pressed there: a fresh address that opens one message, or what the bank told
 * last, once. It is for the channel identity that asked and goes there alone (`Change.to`).
 */
export async function showAgain(
  { database, clock, delivery }: ShowingParts,
  { customerId, identityId }: { readonly customerId: CustomerId; readonly identityId: IdentityId },
  messageId: MessageId | undefined,
): Promise<readonly Answer[]> {
  const locale = (await findCustomer(database, customerId))?.locale ?? 'en';
  if (!(await delivery.views.hasNews(customerId, messageId))) return [plain(locale, 'show.none')];
  const token = await delivery.views.mint({ customerId, identityId, messageId }, clock.nowMs());
  return [
    plain(locale, 'show', {}, { waysOn: [{ way: 'view', label: say(locale, 'way.view'), address: `/v#${token}` }] }),
  ];
}

/** Puts beside each answer that no messenger may carry the address that shows it once, for whoever asked. */
export async function withAddresses(
  { clock, delivery }: Pick<ShowingParts, 'clock'> & { readonly delivery: { readonly views: Pick<Views, 'mint'> } },
  to: { readonly customerId: CustomerId; readonly identityId: IdentityId | null },
  answers: readonly Answer[],
  locale: Locale,
): Promise<readonly Answer[]> {
  const { customerId, identityId } = to;
  if (identityId === null) return answers;
  const all: Answer[] = [];
  for (const one of answers) {
    all.push(one);
    if (one.viewOnly === undefined) continue;
    const token = await delivery.views.mint({ customerId, identityId, messageId: one.viewOnly }, clock.nowMs());
    const way = { way: 'view', label: say(locale, 'way.view'), address: `/v#${token}` } as const;
    all.push(plain(locale, 'show.only', {}, { waysOn: [way] }));
  }
  return all;
}
