import { moneyWords, type FraudAlertCard, type Locale } from '#contract';
import type { OpenAlert } from '#controls';
import type { Thread } from '#delivery';
import type { Customer } from '#customers';
import { taskActor } from '#vault';
import { saidOfAlert, type SaidOfAlert } from './alert-words.ts';
import type { TalkParts } from './talk-parts.ts';
import type { Answer, Ask } from './turn.ts';
import { say } from './words.ts';

/**
 * What is answered to "yes" or "no" while a bank waits: the question once more, with its buttons, the meant one first.
 * Undefined when the text is no such answer, or nothing is asked.
 */
export async function confirmAlerts(
  parts: TalkParts,
  thread: Thread,
  text: string,
  manner: Pick<Customer, 'locale' | 'timeZone'>,
): Promise<Answer[] | undefined> {
  const said = saidOfAlert(text);
  if (said === undefined) return undefined;
  const open = await parts.controls.alerts.open(parts.database, thread.customerId);
  const asked = await Promise.all(open.map((alert) => ask(parts, thread, alert, said, manner)));
  const answers = asked.filter((one) => one !== undefined);
  for (const alert of open) await parts.controls.alerts.askedAgain(thread.customerId, alert);
  return answers.length > 0 ? answers : undefined;
}

async function ask(
  { delivery }: TalkParts,
  thread: Thread,
  { linkId, caseIndex, messageId }: OpenAlert,
  said: SaidOfAlert,
  manner: Pick<Customer, 'locale' | 'timeZone'>,
): Promise<Answer | undefined> {
  const { locale } = manner;
  const message = await delivery.readMessage(taskActor('answer', thread.customerId), thread, messageId, manner);
  const content = message?.content;
  if (content?.kind !== 'card' || content.card.card !== 'fraudAlert') return undefined;
  const labels = new Map(message?.actions?.map((action) => [action.weight, action.label]));
  const no: Ask = {
    act: 'answer-alert',
    linkId,
    alert: { caseIndex, answer: 'not-mine' },
    label: labels.get('fraud') ?? '',
    weight: 'fraud',
  };
  const yes: Ask = {
    act: 'answer-alert',
    linkId,
    alert: { caseIndex, answer: 'mine' },
    label: labels.get('grave') ?? '',
    weight: 'grave',
    proof: 'release-hold',
  };
  const text = say(locale, `alert.said.${said}`, { what: whatOf(content.card, locale) });
  return {
    content: { kind: 'text', text },
    derivedFrom: linkId,
    purpose: 'fraud-alerts',
    asks: said === 'mine' ? [yes, no] : [no, yes],
  };
}

function whatOf({ transaction }: FraudAlertCard, locale: Locale): string {
  const { amount, currency, merchant, description } = transaction;
  return say(locale, 'alert.what', {
    money: moneyWords(amount, currency, locale),
    merchant: merchant?.name ?? description,
  });
}
