import { catalogue } from '#base';
import {
  atDetail,
  DETAILS,
  gistOfParcel,
  gistOfReceipt,
  isCarrierId,
  type Content,
  type Disclosure,
  type ParcelCard,
} from '#contract';
import type { DisclosureRequest } from './disclosure.ts';
import { exampleReceipt } from './example-cards.ts';
import en from './words/shop-disclosure.en.json' with { type: 'json' };
import es from './words/shop-disclosure.es.json' with { type: 'json' };

const words = catalogue({ en, es });

/** What a shop may be allowed. */
const offered = ['receipts', 'shipping'] as const;
type Offered = (typeof offered)[number];

const sections = {
  who: ['who.gives', 'who.reads', 'who.match', 'who.no'],
  data: ['data.asked', 'data.bank', 'data.kept'],
  stop: ['stop.how', 'stop.then', 'stop.kept'],
} as const;

/** The part of a disclosure that speaks of what is read, and of whom. */
export type Told = Pick<Disclosure, 'title' | 'lead' | 'purposes' | 'previews' | 'levels'> & {
  /** On the button that signs. */
  readonly go: string;
  readonly sections: Readonly<Record<keyof typeof sections, { readonly title: string; readonly items: string[] }>>;
};

/**
 * What a shop's disclosure says in the place of a bank's: a shop gives receipts and parcels, and is a bank's business in
 * nothing. A carrier gives parcels alone, of which the customer names each; where that needs words of its own they stand
 * under `carrier.`.
 */
export function toldOfShop(
  request: DisclosureRequest,
  levelWords: (key: 'levels.title' | 'levels.note' | `levels.${(typeof DETAILS)[number]}`) => string,
): Told {
  const { bank, locale, chatName } = request;
  const isCarrier = isCarrierId(bank.id);
  const say = (key: keyof typeof en): string => {
    const own = `carrier.${key}`;
    return words(locale, isCarrier && isKey(own) ? own : key, { shop: bank.name, chat: chatName });
  };
  const purposes = offered.filter((purpose) => !isCarrier || purpose === 'shipping');
  const when = { receipts: 'previews.receipt', shipping: 'previews.parcel' } as const;
  const items = (keys: readonly (keyof typeof en)[]): string[] =>
    keys.flatMap((key) => {
      // A carrier knows of no purchase.
      if (isCarrier && key === 'data.bank') return [];
      if (key !== 'who.reads' || !request.elsewhere) return [say(key)];
      return [say('who.reads.elsewhere'), say('who.carries')];
    });
  return {
    title: say(request.elsewhere ? 'title.elsewhere' : 'title'),
    lead: say('lead'),
    go: say('go'),
    purposes: purposes.map((purpose) => ({
      purpose,
      title: say(`purpose.${purpose}.title`),
      note: say(`purpose.${purpose}.note`),
      data: say(`purpose.${purpose}.data`),
      available: true,
    })),
    previews: {
      title: say('previews.title'),
      note: say('previews.note'),
      lines: purposes.map((purpose) => ({
        purpose,
        text: exampleOf(request, purpose).text,
        when: say(when[purpose]),
      })),
    },
    sections: {
      who: { title: say('who'), items: items(sections.who) },
      data: { title: say('data'), items: items(sections.data) },
      stop: { title: say('stop'), items: items(sections.stop) },
    },
    ...(request.elsewhere && {
      levels: {
        title: levelWords('levels.title'),
        note: levelWords('levels.note'),
        choices: purposes.map((purpose) => ({
          purpose,
          title: say(`purpose.${purpose}.title`),
          examples: levelsOf(request, purpose).map(({ detail, text }) => ({
            detail,
            label: levelWords(`levels.${detail}`),
            text,
          })),
        })),
      },
    }),
  };
}

const isKey = (key: string): key is keyof typeof en => Object.hasOwn(en, key);

/** Each level by the very words that it carries; one that tells no more than a pointer is no choice of its own. */
function levelsOf(request: DisclosureRequest, purpose: Offered): { detail: (typeof DETAILS)[number]; text: string }[] {
  const at = request.now.round('minute').toString();
  const content = exampleOf(request, purpose);
  const told = DETAILS.map((detail) => {
    const shown = { id: '', revision: 1, author: 'bank', at, content } as const;
    return { detail, text: atDetail(shown, true, detail, request.locale).content.text };
  });
  const pointer = told.at(-1)?.text;
  return told.filter((one) => one.detail === 'pointer' || one.text !== pointer).toReversed();
}

function exampleOf({ bank, locale, now, timeZone }: DisclosureRequest, purpose: Offered): Content {
  if (purpose === 'receipts') {
    const card = exampleReceipt(bank.name, now.round('minute').toString());
    return { kind: 'card', card, text: gistOfReceipt(card, locale) };
  }
  const card: ParcelCard = {
    card: 'parcel',
    carrier: 'UPS',
    trackingLast4: '7127',
    state: 'out-for-delivery',
    steps: [],
    ...(!isCarrierId(bank.id) && { shop: bank.name }),
    expected: now.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  };
  return { kind: 'card', card, text: gistOfParcel(card, locale) };
}
