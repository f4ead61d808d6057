import { rateLimit, systemRandom, limits, type BankId, type Clock, type Log } from '#base';
import { createBanks } from '#banks';
import { createTalk } from '#conversation';
import { actTokens } from '#customers';
import { openDatabase } from '#db';
import { createDelivery } from '#delivery';
import { openPublicListener, openStaffListener, type HttpParts } from '#http';
import { createIntake } from '#intake';
import { createLinking } from '#linking';
import { createVault, fileKeyProvider } from '#vault';
import { startChores } from './chores.ts';
import { readClientKey } from './client-key.ts';
import type { Config } from './config.ts';

/** A hub that is up. */
export interface Hub {
  readonly url: string;
  readonly staffUrl: string;
  close(): Promise<void>;
}

/** Puts the parts together and opens both listeners: the only place that knows everything. */
export async function startHub(options: {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly sandboxUrl: () => string;
}): Promise<Hub> {
  const { config, clock, log, sandboxUrl } = options;
  const random = systemRandom;
  let url = config.url ?? '';
  const database = openDatabase(options.databaseUrl, { log });
  const provider = fileKeyProvider(config.keys, random);
  const vault = createVault({ database, provider, clock, random });
  const delivery = createDelivery({ database, vault });
  const banks = createBanks({
    environment: config.banks,
    sandboxUrl,
    live: config.live,
    clientKey: readClientKey(config.keys),
    redirectUri: () => `${url}/link/return`,
    eventsUrl: (bank) => `${url}/v1/banks/${bank}/events`,
    clock,
    log,
  });
  const operator = { name: config.operatorName, contact: config.operatorContact };
  const linking = createLinking({ database, vault, delivery, banks: banks.api, clock, random, log, operator });
  const eventKeys = async (bank: BankId, refresh: boolean) => {
    if (banks.directory.find(bank) === undefined) return undefined;
    return refresh ? banks.refreshEventKeys(bank) : banks.eventKeys(bank);
  };
  const intake = createIntake({ database, vault, delivery, linking, clock, log, eventKeys });
  const talk = createTalk({
    database,
    vault,
    delivery,
    linking,
    faces: () => banks.api.faces(),
    acts: actTokens(provider.index('purpose', 'signing of buttons')),
    messages: rateLimit(limits.messagesPerMinuteMax, clock),
    clock,
    log,
  });
  const parts: HttpParts = {
    database,
    vault,
    delivery,
    linking,
    intake,
    talk,
    clock,
    random,
    log,
    faces: () => banks.api.faces(),
    clientJwks: () => banks.clientJwks(),
    publicUrl: () => url,
    trustProxy: config.trustProxy,
  };
  const listener = await openPublicListener(parts, config.host, config.port);
  url ||= listener.url;
  const staff = await openStaffListener(parts, config.host, config.staffPort);
  linking.jobs.start();
  talk.start();
  const chores = startChores(parts);

  return {
    url: listener.url,
    staffUrl: staff.url,
    // Nothing new is taken, what runs is finished, the database goes last.
    close: async () => {
      await listener.close();
      await staff.close();
      await chores.stop();
      await linking.jobs.stop();
      await talk.stop();
      await database.close();
    },
  };
}
