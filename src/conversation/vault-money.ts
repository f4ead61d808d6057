import type { AccountRef, CustomerId, LinkId } from '#base';
import { invariant } from '#base';
import { faceOfGone, isShopId, type BankFace, type ParcelCard, type Purpose } from '#contract';
import type { Linking, LinkView } from '#linking';
import { trackingForm } from '#orders';
import { taskActor, type AccessRequest, type OpenedRecord, type Vault } from '#vault';
import type { KnownMerchant } from './frame.ts';
import type { AccountPurchase, CustomerMoney, LinkOfCustomer, UsesCounted } from './money.ts';

/** What an answer reads from. */
export interface MoneySources {
  readonly vault: Vault;
  readonly linking: Linking;
  readonly faces: () => readonly BankFace[];
}

/** How far back merchants are known by name. */
const merchantsFrom = '1900-01-01';
const merchantsTo = '2999-12-31';

/**
 * One customer's money over the vault and the banks. Every reading passes the gate: purpose, actor,
 * fields and reason are entered before anything is opened or asked for.
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

  const linked = async (): Promise<readonly LinkOfCustomer[]> =>
    (await linking.links(customerId)).map((view) => linkOf(sources, view));

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
          from: merchantsFrom,
          to: merchantsTo,
        });
        const card = opened.use((records) => parcelOf(records, trackingNumber));
        if (card) return { linkId, card };
      }
      return undefined;
    },
    balances: async (linkId, accountRefs) => {
      await vault.gate.enter(access(linkId, 'balances', ['balance']));
      return linking.balances(linkId, accountRefs);
    },
    purchases: async ({ linkId, accountRefs, from, to }, purpose) => {
      const selection = { kind: 'transaction', from, to, ...(accountRefs && { accountRefs }) } as const;
      const opened = await vault.gate.records(access(linkId, purpose, ['transaction']), selection);
      return opened.use((records) =>
        records.flatMap(({ accountRef, content }): AccountPurchase[] =>
          content.kind === 'transaction' ? [{ ...content.transaction, accountRef }] : [],
        ),
      );
    },
    uses: async (since) => countUses(await vault.ledger.since(customerId, new Date(since.epochMilliseconds))),
    merchants: async () => {
      const known: KnownMerchant[] = [];
      for (const { linkId, purposes, unreadable } of await linking.links(customerId)) {
        if (unreadable || !purposes.includes('transactions')) continue;
        known.push(...(await merchantsOf(vault, access(linkId, 'transactions', ['transaction.merchant']))));
      }
      return known;
    },
  };
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

async function merchantsOf(vault: Vault, request: AccessRequest): Promise<KnownMerchant[]> {
  const opened = await vault.gate.records(request, { kind: 'transaction', from: merchantsFrom, to: merchantsTo });
  return opened.use((records) => {
    const byName = new Map<string, Map<string, KnownMerchant['places'][number]>>();
    for (const { content } of records) {
      const merchant = content.kind === 'transaction' ? content.transaction.merchant : undefined;
      if (!merchant) continue;
      const places = byName.get(merchant.name) ?? new Map();
      byName.set(merchant.name, places);
      if (merchant.address) places.set(JSON.stringify(merchant.address), merchant.address);
    }
    return [...byName].map(([name, places]) => ({ name, linkId: request.linkId, places: [...places.values()] }));
  });
}
