import { capital, type MapSubject } from './card-words.ts';
import { leftAtWords } from './left-at.ts';
import { matchedPart } from './matched-words.ts';
import {
  dayWords,
  type Matter,
  type MatterContext,
  type MatterItem,
  type MatterPart,
  type MatterRow,
  type MatterStep,
  type MatterWords,
} from './matter.ts';
import type { ParcelCard, ParcelPlace } from './parcel.ts';
import type { ParcelState } from './parcel-states.ts';

/** What a parcel says: when it comes, where it is, what keeps it and what one can do. */

/** Puts a parcel into words. */
export function parcelMatter(card: ParcelCard, context: MatterContext): Matter {
  const { words } = context;
  const { trackingLast4, purchase } = card;
  return {
    label: `…${trackingLast4}`,
    what: { title: titleOf(card, context), icon: 'parcel' },
    where: whereOf(card, context),
    parts: [
      { part: 'steps', steps: stepsOf(card, words) },
      ...trouble(card, words),
      ...map(card, words),
      ...rows(card, context),
      ...scans(card, context),
      ...(purchase ? [matchedPart(purchase, context)] : []),
      { part: 'actions' },
    ],
  };
}

/** How far a parcel has come, in two or three words. */
export function parcelStateWords(state: ParcelState, carrier: string, words: MatterWords): string {
  return words.say(`parcel.${state}`, { carrier });
}

const isOver = ({ state }: Pick<ParcelCard, 'state'>): boolean => state === 'delivered' || state === 'returned';

function titleOf(card: ParcelCard, { words, nowMs }: MatterContext): string {
  const { state, expected, trouble: kept, carrier } = card;
  if (kept !== undefined && !isOver(card)) return words.say(`trouble.${kept}`, { carrier });
  if (expected === undefined || !isArriving(card)) return parcelStateWords(state, carrier, words);
  const days = daysUntil(expected, { words, nowMs });
  if (days === 0) return words.say('parcel.arrives.today');
  if (days === 1) return words.say('parcel.arrives.tomorrow');
  if (days < 0) return words.say('parcel.late', { day: words.localDay(expected, nowMs) });
  return words.say('parcel.arrives.day', {
    day: days < 7 ? longWeekday(words, expected) : words.localDay(expected, nowMs),
  });
}

/** Whole days from today, in the customer's zone, to a calendar day. */
function daysUntil(date: string, { words, nowMs }: Pick<MatterContext, 'words' | 'nowMs'>): number {
  const day = { timeZone: words.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const today = new Intl.DateTimeFormat('en-CA', day).format(nowMs);
  return Math.round((Date.parse(date) - Date.parse(today)) / 86_400_000);
}

/** "Saturday" of a calendar day. */
function longWeekday({ region }: MatterWords, date: string): string {
  return new Intl.DateTimeFormat(region, { weekday: 'long', timeZone: 'UTC' }).format(Date.parse(date));
}

/** "Indianapolis, IN. Fri 1:40 PM", after the day where the title does not say it. */
function whereOf(card: ParcelCard, context: MatterContext): string {
  const { words, nowMs } = context;
  const { steps, place, deliveredTo, expected, state } = card;
  const last = steps.findLast((step) => step.at !== undefined);
  const when = last?.at && capital(words.moment(last.at, nowMs), words.region);
  const seen = [place?.name ?? last?.place?.name, when].filter(Boolean).join('. ');
  if (state === 'delivered')
    return [
      deliveredTo && words.say('parcel.deliveredTo', { to: leftAtWords(deliveredTo, words.locale) }),
      when ?? seen,
    ]
      .filter(Boolean)
      .join('. ');
  const isComing = expected !== undefined && isArriving(card) && daysUntil(expected, context) >= 0;
  return [isComing ? dayWords(words, expected, nowMs) : undefined, seen].filter(Boolean).join('. ');
}

/** On its way, with nothing in it: the day it is expected says most of it. */
const isArriving = ({ state, trouble: kept }: ParcelCard): boolean =>
  kept === undefined && (state === 'in-transit' || state === 'accepted');

const stages = { packed: 0, way: 1, courier: 2, delivered: 3 } as const;

function stepsOf(card: ParcelCard, words: MatterWords): MatterStep[] {
  const { state, trouble: kept } = card;
  const reached = stageOf(card);
  const isKept = kept !== undefined || state === 'exception';
  if (state === 'returned')
    return [
      { label: words.say('parcel.step.packed'), state: 'past' },
      { label: words.say('parcel.step.way'), state: 'past' },
      { label: words.say('parcel.step.returned'), state: 'failed' },
    ];
  const courier = state === 'ready-for-pickup' ? 'parcel.step.pickup' : 'parcel.step.courier';
  const labels = ['parcel.step.packed', 'parcel.step.way', courier, 'parcel.step.delivered'] as const;
  return labels.map((label, index): MatterStep => {
    if (index !== reached) return { label: words.say(label), state: index < reached ? 'past' : 'later' };
    if (state === 'delivered') return { label: words.say(label), state: 'done' };
    return isKept
      ? { label: words.say('parcel.step.trouble'), state: 'trouble' }
      : { label: words.say(label), state: 'now' };
  });
}

/** Which of the four stages it is in; one that is held up stays where it was before. */
function stageOf({ state, steps }: ParcelCard): number {
  switch (state) {
    case 'announced':
    case 'accepted':
      return stages.packed;
    case 'out-for-delivery':
    case 'ready-for-pickup':
      return stages.courier;
    case 'delivered':
      return stages.delivered;
    case 'exception': {
      const wasOut = steps.some((step) => step.state === 'out-for-delivery');
      return wasOut ? stages.courier : stages.way;
    }
    default:
      return stages.way;
  }
}

/** What one can do about what keeps it. */
function trouble(card: ParcelCard, words: MatterWords): MatterPart[] {
  const { trouble: kept, carrier, shop } = card;
  if (kept === undefined || isOver(card)) return [];
  const values = { carrier, shop: shop ?? words.say('parcel.theShop') };
  return [{ part: 'said', texts: [words.say(`trouble.${kept}.do`, values)], icon: 'notice' }];
}

/** From where it came, where it is, and where it goes; without coordinates the region where it was seen last. */
function map(card: ParcelCard, words: MatterWords): MapPart[] {
  const { steps, place, destination, state } = card;
  if (state === 'delivered') return [];
  const last = steps.findLast((step) => step.at !== undefined && step.place !== undefined);
  const now = place ?? last?.place;
  const isHere = (other: ParcelPlace): boolean => now !== undefined && sameSpot(other, now);
  const first = steps.find((step) => step.place?.location && !isHere(step.place))?.place;
  const when = last?.at === undefined ? undefined : words.time(last.at);
  const pins = [
    ...(first && state !== 'returned' ? pin(first, 'past') : []),
    ...(now ? pin(now, 'now', when === undefined ? shortName(now) : `${shortName(now)}, ${when}`) : []),
    ...(destination && state !== 'returned' && !isHere(destination) ? pin(destination, 'goal') : []),
  ];
  if (now?.location) return [{ part: 'map', subjects: pins, height: 'low', ...(pins.length > 1 && { line: {} }) }];
  if (now?.country === undefined && now?.region === undefined) return [];
  const region = now.region === undefined ? {} : { state: now.region };
  return [{ part: 'map', subjects: [{ kind: 'region', country: now.country ?? 'US', ...region }], height: 'low' }];
}

type MapPart = Extract<MatterPart, { part: 'map' }>;
type Pin = Extract<MapSubject, { kind: 'pin' }>;

function pin(place: ParcelPlace, look: NonNullable<Pin['look']>, label = shortName(place)): Pin[] {
  return place.location ? [{ kind: 'pin', ...place.location, name: shortName(place), label, look }] : [];
}

/** "Indianapolis" of "Indianapolis, IN". */
const shortName = ({ name }: ParcelPlace): string => name.split(',')[0] ?? name;

function sameSpot(a: ParcelPlace, b: ParcelPlace): boolean {
  if (!a.location || !b.location) return a.name === b.name;
  return Math.abs(a.location.lat - b.location.lat) < 0.05 && Math.abs(a.location.lon - b.location.lon) < 0.05;
}

function rows(card: ParcelCard, context: MatterContext): MatterPart[] {
  const { words, nowMs } = context;
  const { shop, orderNumber, part, expected } = card;
  const order = orderNumber === undefined ? undefined : words.say('parcel.order', { number: orderNumber });
  const which = part && part.of > 1 ? words.say('parcel.part', { number: part.number, of: part.of }) : undefined;
  const from = [shop, order, which].filter((one) => one !== undefined);
  const said: MatterRow[] = [];
  const isAwaited = expected !== undefined && !isOver(card) && !isArriving(card) && daysUntil(expected, context) > 0;
  if (isAwaited) said.push({ name: words.say('parcel.expected'), value: dayWords(words, expected, nowMs) });
  if (from.length > 0) said.push({ name: words.say('parcel.from'), value: capital(from.join(', '), words.region) });
  return said.length > 0 ? [{ part: 'rows', rows: said, as: 'notes' }] : [];
}

/** Every scan, newest first, behind a row that opens. */
function scans({ steps, carrier }: ParcelCard, { words, nowMs }: MatterContext): MatterPart[] {
  if (steps.length < 2) return [];
  const items = steps.toReversed().map(({ state, at, place, trouble: kept }): MatterItem => ({
    icon: kept === undefined ? (state === 'delivered' ? 'check' : 'parcel') : 'notice',
    name: kept === undefined ? parcelStateWords(state, carrier, words) : words.say(`trouble.${kept}`, { carrier }),
    ...(place && { detail: place.name }),
    ...(at !== undefined && { value: words.moment(at, nowMs) }),
  }));
  return [
    { part: 'more', summary: words.say('parcel.steps', { count: steps.length }), parts: [{ part: 'items', items }] },
  ];
}
