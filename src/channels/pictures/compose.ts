import {
  accountName,
  amountOf,
  balanceAsOf,
  categoryOfPurchase,
  categoryOfSubject,
  leadingBalance,
  oneBalanceLine,
  openRowsMax,
  placesLine,
  placesOf,
  purchaseRow,
  remainingBalance,
  spendingBars,
  spendingLine,
  spendingName,
  subjectOf,
  transactionRows,
  whereAndWhen,
  type BalanceCard,
  type MatterIcon,
  type ChartCard,
  type Purchase,
  type TransactionCard,
} from '#contract';
import { rows, what, where, who, type Drawing } from './anatomy.ts';
import { bars } from './bars.ts';
import type { Element } from './element.ts';
import type { Sign } from './icons.ts';
import { composeMatter } from './matter.ts';
import { placeMap } from './place-map.ts';

/** A card ready for the layout; `under` is drawn beneath the box of that key, where the layout puts it. */
export interface Composed {
  readonly parts: readonly (Element | undefined)[];
  readonly under?: Readonly<Record<string, string>>;
  readonly icon?: MatterIcon;
  /** Icons over what is drawn, each where the layout puts the box of that key. */
  readonly signs?: Readonly<Record<string, Sign>>;
}

/** Puts a card together, as the screens do. */
export function compose(drawing: Drawing): Composed {
  const { card } = drawing.request;
  switch (card.card) {
    case 'transaction':
      return transaction(drawing, card);
    case 'balance':
      return card.accounts.length === 1 ? oneBalance(drawing, card) : severalBalances(drawing, card);
    case 'chart':
      return card.chart === 'bars' ? spending(drawing, card) : listed(drawing, card);
    default:
      return composeMatter(drawing, card);
  }
}

function transaction(drawing: Drawing, card: TransactionCard): Composed {
  const { texts, palette, request } = drawing;
  const purchase = card.transaction;
  const icon = categoryOfPurchase(purchase);
  const map = placeMap(subjectOf(texts, purchase), { texts, palette, height: 128 });
  const noted = transactionRows(texts, card);
  return {
    icon,
    parts: [
      who(drawing, card.account),
      what(drawing, {
        amount: amountOf(texts, purchase),
        reversed: purchase.status === 'reversed',
        name: purchase.merchant?.name ?? purchase.description,
        icon,
      }),
      where(drawing, whereAndWhen(texts, purchase, request.nowMs)),
      noted.length > 0 ? rows(drawing, noted, 'notes') : undefined,
      map?.element,
    ],
    ...(map && { under: { map: map.under } }),
  };
}

function oneBalance(drawing: Drawing, card: BalanceCard): Composed {
  const { texts, request } = drawing;
  const [account] = card.accounts;
  if (!account) return { parts: [] };
  return {
    parts: [
      who(drawing, account),
      what(drawing, { amount: leadingBalance(texts, account).amount }),
      where(drawing, oneBalanceLine(texts, card, request.at, request.nowMs)),
    ],
  };
}

function severalBalances(drawing: Drawing, card: BalanceCard): Composed {
  const { texts, request } = drawing;
  const [first] = card.accounts;
  const asOf = first && balanceAsOf(texts, first, request.at, request.nowMs);
  const said = card.accounts.slice(0, rowsMax).map((account) => {
    const { amount, says } = leadingBalance(texts, account);
    return { name: accountName(texts, account), value: amount, says, detail: remainingBalance(texts, account) };
  });
  return {
    parts: [
      who(drawing, undefined),
      what(drawing, { title: texts.say('balance.accounts', { count: card.accounts.length }) }),
      where(drawing, asOf ?? ''),
      rows(drawing, said),
    ],
  };
}

/** Of a list no more is drawn than fits a phone; the rest is in the conversation. */
const rowsMax = 8;

type ChartOf<Kind extends ChartCard['chart']> = Extract<ChartCard, { chart: Kind }>;

function spending(drawing: Drawing, card: ChartOf<'bars'>): Composed {
  const { texts, palette } = drawing;
  const icon = categoryOfSubject(card.subject);
  const chart = card.count > 0 && card.bars.length > 1 ? bars(spendingBars(texts, card), palette) : undefined;
  return {
    icon,
    parts: [
      who(drawing, card.account),
      what(drawing, { amount: texts.money(card.total, card.currency), name: spendingName(texts, card), icon }),
      where(drawing, spendingLine(texts, card)),
      chart?.element,
    ],
    ...(chart && { under: { bars: chart.under } }),
  };
}

function listed(drawing: Drawing, card: ChartOf<'places'> | ChartOf<'purchases'>): Composed {
  const { texts, palette, request } = drawing;
  const isPlaces = card.chart === 'places';
  const listing: readonly Purchase[] = isPlaces ? card.places : card.purchases;
  const subjects = isPlaces ? placesOf(texts, listing) : [];
  const map = placeMap(subjects, { texts, palette, height: 168 });
  const said = listing.slice(0, openRowsMax).map((purchase) => {
    const { name, detail, amount } = purchaseRow(texts, purchase, request.nowMs, isPlaces);
    return { name, detail, value: amount };
  });
  const title = isPlaces
    ? texts.say('places.title', { count: card.count })
    : texts.say('purchases.title', { count: card.count, shown: said.length });
  return {
    parts: [
      who(drawing, card.account),
      what(drawing, { title }),
      where(drawing, isPlaces ? placesLine(texts, card) : ''),
      map?.element,
      said.length > 0 ? rows(drawing, said) : undefined,
    ],
    ...(map && { under: { map: map.under } }),
  };
}
