import type { SandboxContext } from '../context.ts';
import type { Accounts, PlatformAccount } from './accounts.ts';
import type { Collection } from './documents.ts';
import type { LinkingTokens } from './linking-tokens.ts';
import type { Media } from './media.ts';
import type { MessengerProfile } from './messenger-body.ts';
import type { People } from './people.ts';
import type { PlatformName } from './phone-api.ts';
import type { PlatformFaults } from './platform-faults.ts';
import type { Rates } from './platform-rates.ts';
import type { Templates } from './templates.ts';
import type { Threads } from './threads.ts';
import type { Webhooks } from './webhooks.ts';

/** What every part of the stand-in platforms works with. */
export interface PlatformContext {
  readonly sandbox: SandboxContext;
  readonly accounts: Accounts;
  readonly people: People;
  readonly media: Media;
  readonly linking: LinkingTokens;
  /** Messenger profiles by page. */
  readonly profiles: Collection<MessengerProfile>;
  readonly at: Readonly<Record<PlatformName, PlatformParts>>;
  /** Where a telephone and the world find a picture. */
  mediaAddress(id: string): string;
  /** Something that a telephone shows was changed. */
  changed(): void;
}

/** What each platform has for itself. */
export interface PlatformParts {
  readonly threads: Threads;
  readonly templates: Templates;
  readonly faults: PlatformFaults;
  readonly rates: Rates;
  readonly webhooks: Webhooks;
  /** When the business last showed that it is typing, by person. */
  readonly typing: Map<string, number>;
}

/** What went wrong is answered by the call, or by a later status. */
export interface CallOf {
  readonly method: string;
  /** Below the version, split at its slashes. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Read from JSON, a form or several parts. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly account: PlatformAccount;
}

/** What is answered. */
export interface GraphAnswer {
  readonly status: number;
  readonly body: unknown;
  /** How much of a day's sends a page has used up, in percent. Meta: `X-Business-Use-Case-Usage`. */
  readonly usage?: { readonly accountId: string; readonly percent: number };
  /** The connection is cut in place of an answer. */
  readonly cut?: boolean;
}

/** A good answer. */
export function answered(body: unknown): GraphAnswer {
  return { status: 200, body };
}
