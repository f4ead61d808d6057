import type { LedgerEntry } from '#contract';
import type { IconName } from '#web/kit';
import type { PrivacyWords } from './words.ts';

type Record = LedgerEntry['record'];

/** What a person reads of an entry. */
export interface Sentence {
  readonly what: string;
  readonly why: string;
  readonly icon: IconName;
  /** Purposes and fields, for the detail. */
  readonly purpose: string;
  readonly fields: string;
  readonly who: string;
}

/** What the list can be narrowed to. */
export interface Filter {
  readonly kind: 'all' | 'used' | 'shown' | 'changes';
  readonly who: string;
  readonly purpose: string;
  readonly bank: string;
}

/** Nothing left out. */
export const everything: Filter = { kind: 'all', who: '', purpose: '', bank: '' };

const text = (value: Record[string] | undefined): string => (typeof value === 'string' ? value : '');
const number = (value: Record[string] | undefined): number => (typeof value === 'number' ? value : 0);
const list = (value: Record[string] | undefined): readonly string[] => (typeof value === 'object' ? value : []);

/** The bank of a record: by its id, or through the link that it names; empty when it is of none. */
export function bankOf(record: Record, bankOfLink: ReadonlyMap<string, string>): string {
  return text(record['bank']) || (bankOfLink.get(text(record['link'])) ?? '');
}

/** Who caused a record: `customer`, `task`, `staff`, `bank`, `operator`, `expiry`. */
export function whoOf(record: Record): string {
  return (text(record['actor']) || text(record['by'])).split(':')[0] ?? '';
}

/** True when a record is one of those asked for. */
export function passes(record: Record, filter: Filter, bankOfLink: ReadonlyMap<string, string>): boolean {
  const type = text(record['type']);
  const kind = type === 'access' ? 'used' : type === 'delivery' ? 'shown' : 'changes';
  const purposes = [text(record['purpose']), ...list(record['purposes'])];
  return (
    (filter.kind === 'all' || filter.kind === kind) &&
    (filter.who === '' || filter.who === whoOf(record)) &&
    (filter.purpose === '' || purposes.includes(filter.purpose)) &&
    (filter.bank === '' || filter.bank === bankOf(record, bankOfLink))
  );
}

/** Says a record in plain words. `bankName` is the bank's, or undefined when it is of none. */
export function sentenceOf(record: Record, bankName: string | undefined, words: PrivacyWords): Sentence {
  /** The text for a name that comes from the record; the name itself when it is one that this page does not know. */
  const named = (prefix: string, id: string): string => {
    const name = `${prefix}${id}`;
    return words.has(name) ? words.say(name) : id;
  };
  const bank = bankName ?? words.say('theBank');
  const who = named('who.', whoOf(record));
  const purposes = [text(record['purpose']), ...list(record['purposes'])].filter(Boolean);
  const common = {
    who,
    purpose: words.list(purposes.map((id) => named('purpose.', id))),
    fields: words.list(list(record['fields']).map((id) => named('field.', id))),
  };
  const why = named('why.', text(record['reason']));
  switch (text(record['type'])) {
    case 'access':
      return { ...common, what: accessWords(record, { ...common, bank }, words), why, icon: iconOf(record) };
    case 'consent': {
      const change = `say.consent.${text(record['change'])}`;
      const what = words.has(change) ? words.say(change, { bank, by: who }) : change;
      const values = { purposes: common.purpose, accounts: number(record['accounts']) };
      const until = words.date(text(record['until']));
      return { ...common, what, why: words.say('why.consent', { ...values, until }), icon: 'link' };
    }
    case 'deletion': {
      const [records = 0, messages = 0, keys = 0] = ['records', 'messages', 'keys'].map((name) => number(record[name]));
      const what = words.say('say.deletion', { bank, records, messages, keys });
      const window = words.date(text(record['window']));
      return { ...common, what, why: words.say('why.deletion', { window }), icon: 'delete' };
    }
    case 'case-consent': {
      const change = `case-consent.${text(record['change'])}`;
      const form = `say.${change}`;
      const what = words.has(form) ? words.say(form, { bank, by: who, fields: common.fields }) : change;
      return { ...common, what, why: named('why.', change), icon: 'customer-chat' };
    }
    case 'untold':
      return { ...common, what: words.say('say.untold', { bank }), why: words.say('why.untold'), icon: 'link' };
    case 'delivery': {
      const messages = number(record['messages']);
      const elsewhere = { messages, detail: text(record['detail']) };
      const isHere = text(record['channel']) === 'web';
      const what = isHere ? words.say('say.delivery', { messages }) : words.say('say.delivery.elsewhere', elsewhere);
      return { ...common, what, why, icon: 'customer-chat' };
    }
    default:
      return { ...common, what: words.say('say.other', { type: text(record['type']) }), why: '', icon: 'info' };
  }
}

function accessWords(
  record: Record,
  values: { readonly bank: string; readonly fields: string; readonly who: string },
  words: PrivacyWords,
): string {
  const actor = text(record['actor']);
  const form = `say.access.${whoOf(record) === 'staff' ? 'staff' : actor}`;
  // Staff are named as they are to their customers: `staff:agent-1`.
  const name = actor.split(':')[1] ?? '';
  return words.has(form) ? words.say(form, { ...values, name }) : words.say('say.access.other', values);
}

const icons: Readonly<{ [purpose: string]: IconName }> = { balances: 'balances', transactions: 'transactions' };

const iconOf = (record: Record): IconName => icons[text(record['purpose'])] ?? 'eye';
