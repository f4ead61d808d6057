import { createHash } from 'node:crypto';
import { canonicalJson, catalogue } from '#base';
import {
  atDetail,
  CHAT_FIELDS,
  CONSENT_DAYS_MAX,
  dateWords,
  DETAILS,
  gistOfBalance,
  gistOfCardControl,
  gistOfFraudAlert,
  gistOfTransaction,
  purposeOfChatField,
  PURPOSES,
  type BankFace,
  type Content,
  type Disclosure,
  type FraudAlertCard,
  type Locale,
  type Purpose,
  type TransactionCard,
} from '#contract';
import { exampleAccount, exampleBalance, exampleFreeze, examplePurchase } from './example-cards.ts';
import { toldOfShop } from './shop-disclosure.ts';
import en from './words/disclosure.en.json' with { type: 'json' };
import es from './words/disclosure.es.json' with { type: 'json' };

/** The wording's version: changed with every change of a word in it. */
export const DISCLOSURE_VERSION = '2026-11-22';

const words = catalogue({ en, es });

/** What the service does something with today; the others are shown as not offered yet. */
const offered = ['balances', 'transactions', 'fraud-alerts', 'customer-chat', 'account-management'] as const;
type Offered = (typeof offered)[number];
const isOffered = (purpose: Purpose): purpose is Offered => offered.some((one) => one === purpose);

/** In the order to show (12 CFR 1033.411(b)); each item is one sentence or two. */
const sections = {
  who: ['who.gives', 'who.reads', 'who.staff', 'who.between', 'who.no'],
  data: [
    'data.asked',
    'data.balances',
    'data.transactions',
    'data.fraud-alerts',
    'data.account-management',
    'data.customer-chat',
    'data.accounts',
    'data.kept',
  ],
  duration: ['duration.chosen', 'duration.most'],
  stop: ['stop.how', 'stop.then', 'stop.kept'],
  certification: ['certification.rule', 'certification.limits', 'certification.honest'],
  contact: ['contact.point'],
} as const;

/** What is said in another way, or besides, where another messenger's chat asked. */
const elsewhere: Readonly<Partial<Record<string, readonly (keyof typeof en)[]>>> = {
  'who.reads': ['who.reads.elsewhere', 'who.carries'],
  'data.asked': ['data.asked.elsewhere'],
  'stop.how': ['stop.how.elsewhere'],
};

const durations = [90, 180, CONSENT_DAYS_MAX] as const;

/** What a disclosure is composed from. */
export interface DisclosureRequest {
  readonly attempt: string;
  readonly bank: BankFace;
  readonly locale: Locale;
  /** When the attempt was begun. The end dates count from here, so the same moment gives the same text. */
  readonly now: Temporal.Instant;
  /** IANA name of the customer's time zone. */
  readonly timeZone: string;
  /** What the chat is called that the bank is joined to, such as "the web chat of customer-1". */
  readonly chatName: string;
  /** That chat is at another messenger, which can read what is told there. */
  readonly elsewhere?: boolean;
  /** The operator's contact point (12 CFR 1033.421(g)(2)): an address, e-mail or telephone. */
  readonly contact: string;
}

/**
 * Composes the text that is shown and signed before anything is read from a bank, in one language.
 *
 * The text follows from the request and the version alone: composed again from what was stored it is
 * the same, word for word. Its `hash` is SHA-256 (hex) over the RFC 8785 form of every field except
 * `hash` itself and `attempt`, which names the visit and not the text.
 */
export function composeDisclosure(request: DisclosureRequest): Disclosure {
  const { locale, bank } = request;
  const values = { bank: bank.name, chat: request.chatName, contact: request.contact };
  const say = (key: keyof typeof en) => words(locale, key, values);
  const shop = bank.kind === 'shop' ? toldOfShop(request, say) : undefined;
  const of = (id: string, items: readonly (keyof typeof en)[]) => ({
    id,
    title: say(id as keyof typeof sections),
    items: items.flatMap((key) => ((request.elsewhere && elsewhere[key]) || [key]).map((one) => say(one))),
  });
  const text: Omit<Disclosure, 'hash' | 'attempt'> = {
    bank,
    locale,
    version: DISCLOSURE_VERSION,
    title: shop?.title ?? say(request.elsewhere ? 'title.elsewhere' : 'title'),
    lead: shop?.lead ?? say('lead'),
    purposes:
      shop?.purposes ??
      PURPOSES.map((purpose) => ({ purpose, title: say(`purpose.${purpose}.title`), ...readFor(purpose, say) })),
    previews: shop?.previews ?? previews(request, say),
    sections: Object.entries(sections).flatMap(([id, items]) => {
      const own = shop?.sections[id as keyof typeof shop.sections];
      if (own) return [{ id, ...own }];
      // The rule on access to bank data says nothing of a shop's.
      return shop && id === 'certification' ? [] : [of(id, items)];
    }),
    durations: durations.map((days) => ({
      days,
      label: say(`duration.${days}`),
      ends: words(locale, 'duration.ends', { date: dateWords(endOf(request, days), locale, request.timeZone) }),
    })),
    signature: { label: say('signature.label'), note: say('signature.note'), ...(shop && { go: shop.go }) },
    ...(request.elsewhere && { levels: shop?.levels ?? levels(request, say) }),
  };
  return { attempt: request.attempt, ...text, hash: hashOf(text) };
}

/** The hash of a disclosure's text; see `composeDisclosure`. */
function hashOf(text: Omit<Disclosure, 'hash' | 'attempt'>): string {
  return createHash('sha256').update(canonicalJson(text)).digest('hex');
}

type Say = (key: keyof typeof en) => string;

function readFor(purpose: Purpose, say: Say): Omit<Disclosure['purposes'][number], 'purpose' | 'title'> {
  if (!isOffered(purpose))
    return { note: say('purpose.later.note'), data: say('purpose.later.data'), available: false };
  const read = { note: say(`purpose.${purpose}.note`), data: say(`purpose.${purpose}.data`), available: true };
  return purpose === 'customer-chat' ? { ...read, fields: chatFields(say) } : read;
}

/** What staff may see, field by field; of what is not shared at all they see nothing. */
function chatFields(say: Say): NonNullable<Disclosure['purposes'][number]['fields']> {
  return {
    title: say('chatFields.title'),
    note: say('chatFields.note'),
    choices: CHAT_FIELDS.map((field) => {
      const own = purposeOfChatField[field];
      return {
        field,
        title: say(`chatFields.${field}`),
        data: say(`chatFields.${field}.data`),
        ...(own !== 'customer-chat' && { needs: say(`chatFields.needs.${own}`) }),
      };
    }),
  };
}

/** The end of a consent of so many days, at the same time of day where the customer lives. */
function endOf({ now, timeZone }: DisclosureRequest, days: number): string {
  return now.toZonedDateTimeISO(timeZone).add({ days }).toInstant().toString();
}

/** The very messages to come, filled with an example. */
function previews(request: DisclosureRequest, say: Say): Disclosure['previews'] {
  const { bank, locale } = request;
  const asOf = request.now.round('minute').toString();
  return {
    title: say('previews.title'),
    note: say('previews.note'),
    card: exampleCard(request, asOf),
    lines: [
      {
        purpose: 'balances',
        text: gistOfBalance(exampleBalance(bank.id, asOf), bank.name, locale),
        when: say('previews.asked'),
      },
      { purpose: 'transactions', text: say('example.spent'), when: say('previews.asked') },
    ],
  };
}

/** How much of each offered purpose that messenger may be shown, each level by the very words that it carries. */
function levels(request: DisclosureRequest, say: Say): NonNullable<Disclosure['levels']> {
  const { bank, locale } = request;
  const asOf = request.now.round('minute').toString();
  const card = exampleCard(request, asOf);
  const [held] = previews(request, say).lines;
  const control = exampleFreeze(bank.id, asOf);
  const alert = exampleAlert(card);
  const examples: Readonly<Record<Offered, Content>> = {
    balances: { kind: 'card', card: exampleBalance(bank.id, asOf), text: held?.text ?? bank.name },
    transactions: { kind: 'card', card, text: gistOfTransaction(card, locale) },
    'fraud-alerts': { kind: 'card', card: alert, text: gistOfFraudAlert(alert, bank.name, locale, request.timeZone) },
    'customer-chat': { kind: 'text', text: say('example.staff') },
    'account-management': { kind: 'card', card: control, text: gistOfCardControl(control, bank.name, locale) },
  };
  return {
    title: say('levels.title'),
    note: say('levels.note'),
    choices: PURPOSES.filter(isOffered).map((purpose) => {
      const told = DETAILS.map((detail) => {
        const shown = { id: '', revision: 1, author: 'bank', at: asOf, content: examples[purpose] } as const;
        const { content } = atDetail(shown, true, detail, locale);
        return { detail, label: say(`levels.${detail}`), text: content.text };
      });
      // A level that tells no more than a pointer is no choice of its own.
      const pointer = told.at(-1)?.text;
      const choices = told.filter((one) => one.detail === 'pointer' || one.text !== pointer).toReversed();
      return { purpose, title: say(`purpose.${purpose}.title`), examples: choices };
    }),
  };
}

function exampleAlert({ bank, account, transaction }: TransactionCard): FraudAlertCard {
  return {
    card: 'fraudAlert',
    bank,
    account,
    transaction,
    reasons: ['unusual-place'],
    otherwise: 'decline',
    state: 'open',
  };
}

function exampleCard({ bank, now, timeZone }: DisclosureRequest, occurredAt: string): TransactionCard {
  const purchase = examplePurchase(occurredAt, now.toZonedDateTimeISO(timeZone).toPlainDate().toString());
  const location = { lat: 40.1262, lon: -82.9291 };
  return {
    card: 'transaction',
    bank: bank.id,
    account: exampleAccount,
    transaction: { ...purchase, merchant: { name: '', ...purchase.merchant, location } },
  };
}
