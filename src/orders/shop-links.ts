import { limits, type BankId, type Random } from '#base';
import { isShopId, type BankFace } from '#contract';
import type { BankApi, BankTokens } from '#linking';

/** A shop that can be connected. */
export interface Shop {
  readonly id: string;
  readonly name: string;
  readonly contact?: string | undefined;
  readonly mark?: string | undefined;
  readonly accent?: { readonly light: string; readonly dark: string } | undefined;
}

const lead = 'shop-';

/** A carrier's id among those who give data. */
export const carrierSourceId = (carrier: string): BankId => `carrier-${carrier}` as BankId;

/** A shop's id among those who give data: no bank's begins so. */
export const shopSourceId = (shop: string): BankId => `${lead}${shop}` as BankId;

const signs = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const codeSigns = 8;

/** A fresh code, such as K7M2-QP94: forty bits, without signs that look alike. */
export function newShopCode(random: Random): string {
  const code = Array.from(random.bytes(codeSigns), (byte) => signs[byte % signs.length]).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** A code however somebody typed it, as it is compared. */
export const codeForm = (code: string): string => code.toUpperCase().replaceAll(/[\s_-]/g, '');

const colours = { light: '#5b4a8a', dark: '#b9a8ee' } as const;

/** How a shop is shown beside the banks. */
export function shopFace({ id, name, mark, accent, contact }: Shop): BankFace {
  const letters = name
    .replaceAll(/[^\p{L}\p{N} ]/gu, '')
    .split(' ')
    .filter(Boolean);
  const initials = letters.length > 1 ? `${letters[0]?.[0] ?? ''}${letters[1]?.[0] ?? ''}` : name.slice(0, 2);
  return {
    id: shopSourceId(id),
    name,
    mark: mark ?? initials.toUpperCase(),
    accent: accent ?? colours,
    telephone: contact ?? '',
    kind: 'shop',
  };
}

/** How a carrier is shown beside the shops. */
const carrierFace = (carrier: Shop): BankFace => ({ ...shopFace(carrier), id: carrierSourceId(carrier.id) });

/** There is nothing to sign in with: a shop is never called. */
const noTokens: BankTokens = { accessToken: '', accessExpiresAtMs: 0, dpopKey: {} };

/** What shops are connected with. */
export interface ShopLinkParts {
  readonly shops: readonly Shop[];
  /** Carriers that can be asked to tell of a parcel. */
  readonly carriers: readonly Shop[];
  readonly publicUrl: () => string;
  readonly random: Random;
}

/**
 * Linking's port for shops: the signature under the disclosure is all there is, so the "login" leads straight back,
 * and what it grants is the code by which the shop names its customer from then on. That code is the one account of
 * the link. A shop is never called and never told: a code that was taken back leads nowhere. A carrier is connected in
 * the same way; nobody is given its code, as its customer names each parcel by its number.
 */
export function shopLinks({ shops, carriers, publicUrl, random }: ShopLinkParts): BankApi {
  const faces = [...shops.map(shopFace), ...carriers.map(carrierFace)];
  const none = (): never => {
    throw new Error('a shop has no login of its own');
  };
  return {
    faces: () => faces,
    news: () => 'push',
    pace: () => ({ secondsMin: limits.fetchSecondsMin, secondsMax: limits.fetchSecondsMax }),
    allowance: () => ({ callsMax: 1, windowMinutes: 1, keptForCustomer: 0 }),
    beginAuthorization: async (_shop, { state, standing }) => {
      const continueTo = new URL('/link/return', publicUrl());
      continueTo.searchParams.set('state', state);
      return { continueTo, pending: { code: standing ?? newShopCode(random) } };
    },
    finishAuthorization: async (_shop, _returned, pending) => ({ grantId: String(pending['code']), tokens: noTokens }),
    beginIdentification: none,
    finishIdentification: none,
    accounts: async ({ bank, grantId }) => {
      const name = faces.find(({ id }) => id === bank)?.name ?? '';
      return [{ accountId: codeForm(grantId), kind: 'other', last4: '', nickname: name, currency: 'USD' }];
    },
    transactions: async () => ({ transactions: [] }),
    subscribe: async () => undefined,
    revoke: async () => undefined,
  };
}

/** One port for both: each call goes where its id belongs. */
export function withShops(banks: BankApi, shops: BankApi): BankApi {
  const of = (id: string): BankApi => (isShopId(id) ? shops : banks);
  return {
    faces: () => [...banks.faces(), ...shops.faces()],
    news: (id) => of(id).news(id),
    pace: (id) => of(id).pace(id),
    allowance: (id) => of(id).allowance(id),
    beginAuthorization: (id, request) => of(id).beginAuthorization(id, request),
    finishAuthorization: (id, returned, pending) => of(id).finishAuthorization(id, returned, pending),
    beginIdentification: (id, request) => of(id).beginIdentification(id, request),
    finishIdentification: (id, returned, pending) => of(id).finishIdentification(id, returned, pending),
    accounts: (session) => of(session.bank).accounts(session),
    transactions: (session, query) => of(session.bank).transactions(session, query),
    subscribe: (session) => of(session.bank).subscribe(session),
    revoke: (session) => of(session.bank).revoke(session),
  };
}
