import type { FastifyInstance } from 'fastify';
import type { SandboxContext } from '../context.ts';
import { openAccounts, type Accounts, type PlatformAccount, type PlatformApp } from './accounts.ts';
import { openDocuments, type Documents } from './documents.ts';
import { graphRoutes } from './graph-routes.ts';
import { createLinkingTokens } from './linking-tokens.ts';
import { openMedia } from './media.ts';
import type { MessengerProfile } from './messenger-body.ts';
import { openPeople, type Person } from './people.ts';
import type { PlatformName } from './phone-api.ts';
import { linkedRoute, phoneRoutes, type Changes } from './phone-routes.ts';
import type { PlatformContext, PlatformParts } from './platform-context.ts';
import { platformControl } from './platform-control.ts';
import { createPlatformFaults } from './platform-faults.ts';
import { createRates } from './platform-rates.ts';
import { openTemplates, type Template } from './templates.ts';
import { openThreads, type ThreadMessage } from './threads.ts';
import { startWebhooks } from './webhooks.ts';

/** What a hub is told to be live at the stand-ins: the settings of both messengers. The secrets are the stand-ins' own. */
export interface PlatformSettings {
  readonly messenger: AppSettings & {
    readonly pages: readonly { readonly pageId: string; readonly name: string; readonly accessToken: string }[];
  };
  readonly whatsapp: AppSettings & {
    readonly numbers: readonly {
      readonly phoneNumberId: string;
      readonly businessAccountId: string;
      readonly displayNumber: string;
      readonly name: string;
      readonly accessToken: string;
    }[];
  };
}

interface AppSettings {
  /** Where the Graph API is, with its version. */
  readonly graph: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
}

/** The stand-ins of Messenger and WhatsApp, running. */
export interface Platforms {
  readonly settings: PlatformSettings;
  routes(scope: FastifyInstance): Promise<void>;
  close(): Promise<void>;
}

/** Starts both stand-ins with what they kept. */
export async function startPlatforms(sandbox: SandboxContext): Promise<Platforms> {
  const documents = openDocuments(sandbox.database, sandbox.log);
  const accounts = openAccounts(
    await documents.collection<PlatformApp>('app'),
    await documents.collection<PlatformAccount>('account'),
  );
  const media = openMedia(sandbox);
  const { changes, changed } = countChanges();
  const context: PlatformContext = {
    sandbox,
    accounts,
    people: openPeople(accounts, await documents.collection<Person>('person')),
    media,
    linking: createLinkingTokens(sandbox.clock),
    profiles: await documents.collection<MessengerProfile>('messenger-profile'),
    at: {
      messenger: await partsOf('messenger', sandbox, accounts, documents),
      whatsapp: await partsOf('whatsapp', sandbox, accounts, documents),
    },
    mediaAddress: (id) => `/graph/cdn/${id}`,
    changed,
  };
  return {
    settings: settingsOf(sandbox, accounts),
    routes: async (scope) => {
      await scope.register(graphRoutes(context));
      await scope.register(phoneRoutes(context, changes));
      await scope.register(linkedRoute(context));
      await scope.register(platformControl(context));
    },
    close: async () => {
      for (const { templates, webhooks } of Object.values(context.at)) {
        templates.close();
        await webhooks.close();
      }
      await media.close();
      await documents.settle();
    },
  };
}

async function partsOf(
  platform: PlatformName,
  sandbox: SandboxContext,
  accounts: Accounts,
  documents: Documents,
): Promise<PlatformParts> {
  const faults = createPlatformFaults(platform);
  const webhooks = startWebhooks(sandbox, platform, accounts, faults);
  const kept = await documents.collection<Template>(`${platform}-template`);
  return {
    threads: openThreads(await documents.collection<ThreadMessage>(`${platform}-message`)),
    templates: openTemplates(platform, kept, { accounts, faults, webhooks }),
    faults,
    rates: createRates(platform, sandbox.clock),
    webhooks,
    typing: new Map(),
  };
}

function countChanges(): { changes: Changes; changed: () => void } {
  const listeners = new Set<() => void>();
  let version = 0;
  return {
    changes: {
      get version() {
        return version;
      },
      listen: (tell) => {
        listeners.add(tell);
        return () => listeners.delete(tell);
      },
    },
    changed: () => {
      version += 1;
      for (const tell of listeners) tell();
    },
  };
}

function settingsOf({ url }: SandboxContext, accounts: Accounts): PlatformSettings {
  const appOf = (platform: PlatformName): AppSettings => {
    const { appId, appSecret, verifyToken } = accounts.app(platform);
    return { graph: `${url}/graph/v26.0`, appId, appSecret, verifyToken };
  };
  return {
    messenger: {
      ...appOf('messenger'),
      pages: accounts.of('messenger').map(({ id, name, accessToken }) => ({ pageId: id, name, accessToken })),
    },
    whatsapp: {
      ...appOf('whatsapp'),
      numbers: accounts.of('whatsapp').map(({ id, name, accessToken, businessAccountId = '', displayNumber = '' }) => ({
        phoneNumberId: id,
        businessAccountId,
        displayNumber,
        name,
        accessToken,
      })),
    },
  };
}
