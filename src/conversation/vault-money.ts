import type { AccountRef, CustomerId, LinkId } from '#base';
import { invariant } from '#base';
import { faceOfGone, isShopId, type BankFace, type ParcelCard, type Purpose } from '#contract';
import type { Linking, LinkView } from '#linking';
import { trackingForm } from '#orders';
import {
  taskActor,
  type AccessRequest,
  type Distilling,
  type Gate,
  type LinkReading,
  type OpenedRecord,
  type RecordSpan,
  type Vault,
} from '#vault';
import type { KnownMerchant } from './frame.ts';
import type { AccountPurchase, CustomerMoney, LinkOfCustomer, UsesCounted } from './money.ts';

/** What an answer reads from. */
export interface MoneySources {
  readonly vault: Vault;
  readonly linking: Linking;
  readonly faces: () => readonly BankFace[];
}

/** A parcel is found however old it is. */
const allDays = { from: '1900-01-01', to: '2999-12-31' };

/**
 * One customer's money over the vault and the banks. Every reading passes the gate: purpose, actor,
 * fields and reason are entered before anything is opened or asked for. Made for one turn: the links are looked up
 * once, and what becomes of them meanwhile is the gate's to see.
 */
export function customerMoney(sources: MoneySources, customerId: CustomerId): CustomerMoney {
  const { vault, linking } = sources;
  const access = (linkId: LinkId, purpose: Purpose, fields: readonly string[]): AccessRequest => ({
    actor: taskActor('answer', customerId),
    purpose,
    linkId,
    fields,
    reason: 'question-answered',
  });

  let viewed: Promise<readonly LinkView[]> | undefined;
  const views = (): Promise<readonly LinkView[]> => (viewed ??= linking.links(customerId));
  const linked = async (): Promise<readonly LinkOfCustomer[]> => (await views()).map((view) => linkOf(sources, view));
  const readings = readTogether(vault);

  return {
    banks: () => sources.faces().filter(({ kind }) => kind !== 'shop'),
    shops: () => sources.faces().filter(({ kind }) => kind === 'shop'),
    links: async () => (await linked()).filter(({ bank }) => !isShopId(bank.id)),
    shopLinks: async () => (await linked()).filter(({ bank }) => isShopId(bank.id)),
    shopCode: (linkId) => linking.shopCode(linkId),
    parcel: async (trackingNumber) => {
      for (const { linkId, purposes } of await linked()) {
        if (!purposes.includes('shipping')) continue;
        const opened = await vault.gate.records(access(linkId, 'shipping', ['parcel']), {
          kind: 'parcel',
          ...allDays,
        });
        const card = opened.use((records) => parcelOf(records, trackingNumber));
        if (card) return { linkId, card };
      }
      return undefined;
    },
    parcels: async (linkIds) => {
      const uses = linkIds.map((linkId) => ({ use: access(linkId, 'shipping', ['parcel']) }));
      const opened = await vault.gate.recordsOfLinks(uses, { kind: 'parcel', ...allDays });
      return cardsIn(opened, (content) => (content.kind === 'parcel' ? content.parcel : undefined));
    },
    receipts: async (linkIds) => {
      const uses = linkIds.map((linkId) => ({ use: access(linkId, 'receipts', ['receipt']) }));
      const opened = await vault.gate.recordsOfLinks(uses, { kind: 'receipt', ...allDays });
      return cardsIn(opened, (content) => (content.kind === 'receipt' ? content.receipt : undefined));
    },
    balances: async (linkId, accountRefs) => {
      await vault.gate.enter(access(linkId, 'balances', ['balance']));
      return linking.balances(linkId, accountRefs);
    },
    purchases: async ({ linkId, accountRefs, from, to }, purpose) => {
      const use = access(linkId, purpose, ['transaction']);
      const opened = await readings({ use, ...(accountRefs && { accountRefs }) }, { kind: 'transaction', from, to });
      return opened.use((byLink) =>
        (byLink.get(linkId) ?? []).flatMap(({ accountRef, content }): AccountPurchase[] =>
          content.kind === 'transaction' ? [{ ...content.transaction, accountRef }] : [],
        ),
      );
    },
    uses: async (since) => countUses(await vault.ledger.since(customerId, new Date(since.epochMilliseconds))),
    merchants: async () => {
      const uses = (await views())
        .filter(({ purposes, unreadable }) => !unreadable && purposes.includes('transactions'))
        .map(({ linkId }) => access(linkId, 'transactions', ['transaction.merchant']));
      const known = await vault.gate.distilled(uses, merchants);
      return known.use((byLink) => [...byLink.values()].flat());
    },
  };
}

function cardsIn<Card>(
  opened: Opened,
  cardOf: (content: OpenedRecord['content']) => Card | undefined,
): { linkId: LinkId; card: Card }[] {
  return opened.use((byLink) =>
    [...byLink].flatMap(([linkId, records]) =>
      records.flatMap(({ content }) => {
        const card = cardOf(content);
        return card === undefined ? [] : [{ linkId, card }];
      }),
    ),
  );
}

function parcelOf(records: readonly OpenedRecord[], trackingNumber: string): ParcelCard | undefined {
  const found = records.find(({ content }) => {
    const number = content.kind === 'parcel' ? content.shipment.trackingNumber : undefined;
    return number !== undefined && trackingForm(number) === trackingNumber;
  });
  return found?.content.kind === 'parcel' ? found.content.parcel : undefined;
}

function countUses(records: readonly Readonly<Record<string, unknown>>[]): UsesCounted[] {
  const uses = records.filter((record) => record['type'] === 'access');
  const groups = Map.groupBy(uses, ({ actor, reason }) => `${String(actor).split(':')[0] ?? ''}|${String(reason)}`);
  const counted = [...groups].map(([key, some]): UsesCounted => {
    const [who = '', reason = ''] = key.split('|');
    return { who, reason, count: some.length };
  });
  return counted.toSorted((a, b) => b.count - a.count);
}

function linkOf(sources: MoneySources, view: LinkView): LinkOfCustomer {
  const bank = sources.faces().find((face) => face.id === view.bank) ?? faceOfGone(view.bank);
  invariant(bank, 'a linked bank is in the directory');
  return {
    linkId: view.linkId,
    bank,
    state: view.state,
    purposes: view.purposes,
    accounts: view.accounts.map((account, n) => ({ ...account, accountRef: view.accountRefs[n] as AccountRef })),
    grantedAt: view.grantedAt,
    expiresAt: view.expiresAt,
    history: { done: view.historyRead, completeFrom: view.completeFrom },
    ...(view.unreadable && { unreadable: true }),
  };
}

/** The merchants of a link's purchases, which the gate keeps under the link's key for the next question. */
const merchants: Distilling<readonly KnownMerchant[]> = {
  place: 'memory.merchants',
  kind: 'transaction',
  distil: (records, linkId) => {
    const byName = new Map<string, Map<string, KnownMerchant['places'][number]>>();
    for (const { content } of records) {
      const merchant = content.kind === 'transaction' ? content.transaction.merchant : undefined;
      if (!merchant) continue;
      const places = byName.get(merchant.name) ?? new Map();
      byName.set(merchant.name, places);
      if (merchant.address) places.set(JSON.stringify(merchant.address), merchant.address);
    }
    return [...byName].map(([name, places]) => ({ name, linkId, places: [...places.values()] }));
  },
};

type Opened = Awaited<ReturnType<Gate['recordsOfLinks']>>;

/** Reads what is asked for in one breath, of several links over the same days, in one transaction of the gate's. */
function readTogether({ gate }: Vault): (reading: LinkReading, span: RecordSpan) => Promise<Opened> {
  const waiting = new Map<string, { readonly readings: LinkReading[]; readonly opened: Promise<Opened> }>();
  return (reading, span) => {
    const { linkId, purpose } = reading.use;
    const name = [purpose, span.kind, span.from, span.to].join('|');
    const under = waiting.get(name);
    // A link that is asked for twice is read twice.
    if (under && !under.readings.some(({ use }) => use.linkId === linkId)) {
      under.readings.push(reading);
      return under.opened;
    }
    const readings = [reading];
    const opened = Promise.resolve().then(() => {
      if (waiting.get(name)?.readings === readings) waiting.delete(name);
      return gate.recordsOfLinks(readings, span);
    });
    waiting.set(name, { readings, opened });
    return opened;
  };
}
