import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Collection } from './documents.ts';
import type { PlatformName } from './phone-api.ts';

/** The operator's app at a platform. */
export interface PlatformApp {
  readonly platform: PlatformName;
  readonly appId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
}

/** A page, or a business number. */
export interface PlatformAccount {
  readonly platform: PlatformName;
  /** The page's id, or the telephone number's. */
  readonly id: string;
  readonly name: string;
  readonly accessToken: string;
  /** WhatsApp alone. */
  readonly businessAccountId?: string;
  /** WhatsApp alone: as people dial it, in digits. */
  readonly displayNumber?: string;
  /** What its app is told of; see {@link allFields}. */
  readonly fields: readonly string[];
}

/** The webhook fields that each platform has. */
export const allFields: Readonly<Record<PlatformName, readonly string[]>> = {
  messenger: [
    'messages',
    'messaging_postbacks',
    'message_echoes',
    'message_deliveries',
    'message_reads',
    'message_reactions',
    'messaging_referrals',
    'messaging_account_linking',
    'message_template_status_update',
    'standby',
    'messaging_handovers',
  ],
  whatsapp: ['messages', 'message_template_status_update', 'account_update', 'user_preferences'],
};

/** What an access token is good for. */
export const permissions: Readonly<Record<PlatformName, readonly string[]>> = {
  messenger: ['pages_messaging', 'pages_manage_metadata', 'pages_show_list', 'page_utility_messaging'],
  whatsapp: ['whatsapp_business_messaging', 'whatsapp_business_management'],
};

/** The apps and accounts of the stand-ins, made at the first start and the same ever after. */
export interface Accounts {
  app(platform: PlatformName): PlatformApp;
  of(platform: PlatformName): readonly PlatformAccount[];
  byToken(token: string): PlatformAccount | undefined;
  byId(platform: PlatformName, id: string): PlatformAccount | undefined;
  change(account: PlatformAccount): void;
}

/** Loads the accounts, or makes them: two pages and one number. */
export function openAccounts(apps: Collection<PlatformApp>, accounts: Collection<PlatformAccount>): Accounts {
  for (const platform of ['messenger', 'whatsapp'] as const) {
    if (!apps.get(platform)) {
      const verifyToken = randomBytes(18).toString('base64url');
      apps.set(platform, { platform, appId: digits(16), appSecret: randomBytes(16).toString('hex'), verifyToken });
    }
  }
  if (accounts.all().length === 0) {
    for (const account of [makePage('Tellerline'), makePage('Tellerline Español'), makeNumber()])
      accounts.set(account.id, account);
  }
  return {
    app: (platform) => {
      const app = apps.get(platform);
      if (!app) throw new Error('a stand-in platform has no app');
      return app;
    },
    of: (platform) => accounts.all().filter((account) => account.platform === platform),
    byToken: (token) => accounts.all().find(({ accessToken }) => accessToken === token),
    byId: (platform, id) => accounts.all().find((account) => account.platform === platform && account.id === id),
    change: (account) => accounts.set(account.id, account),
  };
}

function makePage(name: string): PlatformAccount {
  const accessToken = `EAA${randomBytes(48).toString('hex')}`;
  return { platform: 'messenger', id: digits(15), name, accessToken, fields: allFields.messenger };
}

function makeNumber(): PlatformAccount {
  return {
    platform: 'whatsapp',
    id: digits(15),
    name: 'Tellerline',
    accessToken: `EAA${randomBytes(48).toString('hex')}`,
    businessAccountId: digits(15),
    // 555-01xx is nobody's number.
    displayNumber: '15555550100',
    fields: allFields.whatsapp,
  };
}

/** So many digits, the first of them not 0: what ids at Meta look like. */
export function digits(count: number): string {
  return `${randomInt(1, 10)}${Array.from({ length: count - 1 }, () => randomInt(10)).join('')}`;
}

/** Whether this is the proof that goes with the token: HMAC-SHA256(app secret, access token), hex. */
export function proofHolds(app: PlatformApp, accessToken: string, proof: string): boolean {
  const expected = createHmac('sha256', app.appSecret).update(accessToken).digest('hex');
  return proof.length === expected.length && timingSafeEqual(Buffer.from(proof), Buffer.from(expected));
}
