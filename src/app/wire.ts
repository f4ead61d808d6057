import { createBanks, type Banks } from '#banks';
import {
  limits,
  TellerlineError,
  rateLimit,
  systemRandom,
  systemTimers,
  unmetered,
  type BankId,
  type Clock,
  type Log,
  outgoing,
} from '#base';
import {
  caseAsides,
  caseTellers,
  chatLinking,
  controlTellers,
  createChannelChoices,
  createTalk,
  createTalkCards,
  showAgain,
  type CaseAsidesParts,
  type ChatWays,
  type TalkCards,
  tellNotFollowed,
} from '#conversation';
import { controlsOfLinks, createControls, type Controls, type ControlsParts } from '#controls';
import { actTokens, createSignIn, type SignInParts } from '#customers';
import { openDatabase, type Database } from '#db';
import { casesOfLinks, createDesk, type Desk } from '#desk';
import {
  createDelivery,
  createReceiving,
  type Channel,
  type ConfiguredChannel,
  type Delivery,
  type Patience,
  type DeliverySettles,
  type Sender,
} from '#delivery';
import {
  createAdmission,
  type Backlog,
  openPublicListener,
  createOperator,
  openStaffListener,
  type HttpParts,
  type Listening,
} from '#http';
import { createIntake, noOrderSenders, type IntakeParts, type OrderSenders } from '#intake';
import { createLinking, revocationFile } from '#linking';
import {
  carrierSourceId,
  createFollowing,
  createPairing,
  easyPostTrackers,
  ordersOfLinks,
  shopLinks,
  withShops,
  type Following,
  type Pairing,
  type Trackers,
} from '#orders';
import { createProofLog, fileMemory, logBehind, readLogKey, type ProofLog, type Witness } from '#proof';
import { createVault, type KeyProvider } from '#vault';
import { createStaffSignIn, type StaffSignInParts } from '#desk';
import { readClientKey } from './client-key.ts';
import { readOperatorSecret } from './operator-secret.ts';
import type { Config } from './config.ts';
import { startJobs } from './jobs.ts';
import { openKeyProvider } from './keys.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openPools, type Pools } from './pools.ts';
import { stopInOrder } from './stopping.ts';
import { wireNotifications } from './wire-notifications.ts';
import { wireChannels, type WiredChannels } from './wire-channels.ts';
import { witnessCall } from './witnesses.ts';

/** A hub that is up. */
export interface Hub {
  readonly url: string;
  readonly staffUrl: string;
  /** What a test does in a customer's place where the customer has no page. */
  readonly parts: Pick<HttpParts, 'desk' | 'delivery' | 'following' | 'operator'>;
  close(): Promise<void>;
}

/** What the hub is given. `databaseUrl` holds a password: never log it. */
export interface HubOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly sandboxUrl: () => string;
  /** The sandbox's stand-in witness, when it runs. */
  readonly sandboxWitness?: Witness;
  /** The messengers that messages are brought to besides the browsers that are connected. */
  readonly senders?: readonly Sender[];
  /** The messengers at which people write to us, as they are set up; each is a sender too. */
  readonly messengers?: readonly ConfiguredChannel[];
  /** Shops and carriers that may send. */
  readonly orderSenders?: OrderSenders;
  /** How long is waited for messengers, for a test that does not. */
  readonly patience?: Patience;
  /** These are the sandbox's stand-ins, so that templates are made there without being asked. */
  readonly messengersOfSandbox?: boolean;
  /** Where it counts, when somebody looks at it. */
  readonly metrics?: Metrics;
}

/** Opens both listeners over the parts and starts what runs by itself. */
export async function startHub(given: HubOptions): Promise<Hub> {
  const metrics = given.metrics ?? createMetrics();
  const options = { ...given, metrics };
  const { config, log } = options;
  const { meter } = metrics;
  let url = config.url ?? '';
  let staffUrl = config.staffUrl ?? '';
  const provider = openKeyProvider(config, systemRandom);
  const database = openDatabase(options.databaseUrl, { log, meter });
  const pools = await openPools({ ...options, meter }, database, provider);
  const staffAt = (): string => staffUrl;
  const parts = wire(options, { ...pools, provider }, () => url, staffAt);
  const { linking, controls, desk, talk, proof, delivery, intake, receiving, admission, pairing, following } = parts;
  const opened: { close(): Promise<void> }[] = [pools];
  /** What fails at the start leaves nothing open behind. */
  const orClose = async <Result>(step: Promise<Result>): Promise<Result> => {
    try {
      return await step;
    } catch (error) {
      for (const one of opened) await one.close();
      throw error;
    }
  };
  const open = async <One extends Listening>(listening: Promise<One>): Promise<One> => {
    const one = await orClose(listening);
    opened.unshift(one);
    return one;
  };
  await orClose(requireAdopted(config, database, parts));
  const listener = await open(openPublicListener(parts, config.host, config.port));
  url ||= listener.url;
  const staff = await open(openStaffListener(parts, config.staffHost, config.staffPort));
  staffUrl ||= staff.url;
  metrics.watch({
    sockets: () => parts.delivery.outlets.connected(),
    socketBufferBytes: () => listener.socketBufferBytes(),
    inFlight: () => admission.inFlight(),
    backlogs: () => admission.backlogs(),
    pools: () => [database, pools.web, pools.readers, pools.desks, pools.events].map((one) => one.pressure()),
    log: () => proof.status(),
    logLateMs: () => proof.sequencer.lateMs(),
  });
  // Awaited, so that whoever asks whether the hub is ready learns of a log that may not go on.
  await orClose(proof.sequencer.start());
  await orClose(delivery.sending.start());
  const runners = [linking.jobs, controls.jobs, desk, talk, intake.fetcher, pairing, following];
  for (const one of runners) one.start();
  const own = startJobs(parts, database, config.rootRotationHours, parts.messengers.jobs(log));
  const jobs = [...own, ...runners, receiving, delivery.sending];
  return {
    url: listener.url,
    staffUrl: staff.url,
    parts,
    // Nothing new is taken, what runs is finished and shown, the browsers are sent away, the database goes last.
    close: () => {
      admission.close();
      return stopInOrder(log, [
        { stage: 'batches', msMax: 6000, end: () => admission.empty() },
        { stage: 'public listener', msMax: 8200, end: () => listener.close() },
        { stage: 'jobs', msMax: 4000, end: () => Promise.all(jobs.map((job) => job.stop())) },
        { stage: 'pictures', msMax: 500, end: () => parts.pictures.close() },
        { stage: 'proof log', msMax: 1500, end: () => proof.sequencer.stop() },
        { stage: 'staff listener', msMax: 500, end: () => staff.close() },
        { stage: 'database', msMax: 1500, end: () => pools.close() },
      ]);
    },
  };
}

/** How much is on its way to each messenger. */
async function backlogsOf({ sending }: Delivery): Promise<Backlog[]> {
  return (await sending.backlog()).map(({ channel, oldestSeconds, ...counts }) => ({
    ...counts,
    name: channel,
    oldestMs: oldestSeconds * 1000,
  }));
}

/**
 * Before anything is read: refuses an older copy of the database that nobody has made the one to go on with,
 * and ends what was taken back and is still here.
 *
 * @throws TellerlineError `database_older`, `log_memory_damaged`
 */
async function requireAdopted(config: Config, database: Database, { linking, log }: HttpParts): Promise<void> {
  const signer = readLogKey(config.keys, logName(config), systemRandom);
  const behind = await logBehind(database, config.keys, signer);
  if (behind) {
    throw new TellerlineError(
      'database_older',
      500,
      'This database is an older copy: its log had gone further. To go on from it, run "tellerline restore" without a file: what was taken back since is ended again, and a new log begins.',
      { was: behind.was.size, is: behind.is },
    );
  }
  const replayed = await linking.replay();
  if (Object.values(replayed).some((count) => count > 0))
    log.warn({ ...replayed, alarm: 'revocations_replayed' }, 'what was taken back was still here, and is ended again');
}

/** By which origins the two listeners are reached; asked each time, as their ports may be chosen at the start. */
type Origins = Pick<HttpParts, 'publicUrl' | 'staffUrl'>;

/** Puts the parts together: the only place that knows everything. */
export function wire(
  options: HubOptions,
  { database, web, readers, desks, events, provider }: Pools & { readonly provider: KeyProvider },
  publicUrl: () => string,
  staffUrl: () => string = publicUrl,
): HttpParts & { readonly messengers: WiredChannels; readonly pairing: Pairing; readonly following: Following } {
  const { config, clock, log, metrics } = options;
  const common = { database, readers, clock, random: systemRandom, log, meter: metrics?.meter ?? unmetered };
  const proof = wireProof(options, database);
  const vault = createVault({ ...common, provider, proof, rotationHours: config.rootRotationHours });
  const { banks, given, faces, senders: heard, trackers } = wireSources(options, { publicUrl, staffUrl });
  const late = { database, delivery: () => delivery, publicUrl, faces };
  const { senders: telling, ...told } = wireNotifications(options, { ...late, vault });
  const messengers = wireChannels(options, { ...late, pictures: told.pictures });
  const { channels } = messengers;
  const senders = [...(options.senders ?? []), ...channels, ...telling];
  const acts = actTokens(provider.index('purpose', 'signing of buttons'));
  const delivery: Delivery = createDelivery({ ...common, acts, vault, senders, timers: systemTimers });
  const casesEnd = casesOfLinks({ clock, ledger: vault.ledger, changed: (row) => desk.ofLinkChanged(row) });
  const revocations = revocationFile(config.keys, () => clock.nowMs());
  const kept = { operator: operatorOf(config), revocations, dependents: [controlsOfLinks, casesEnd, ordersOfLinks] };
  const linking = createLinking({ ...common, vault, delivery, banks: given, ...kept });
  const pairing = createPairing({ ...common, vault, delivery, paired: (all) => controls.disputes.receiptsFound(all) });
  const ways: ChatWays = {
    ...chatLinking({ database, linking, faces, publicUrl, nameOf: namesOf(channels, config.operatorName) }),
    show: (who, messageId) => showAgain({ database, clock, delivery }, who, messageId),
  };
  const asked = { ...common, vault, delivery, linking, faces, acts, publicUrl };
  const following = createFollowing({ ...asked, trackers, tell: tellNotFollowed(asked) });
  const controls: Controls = wireControls({ ...asked, pairing, banks: banks.controls });
  const { desk, talkCards } = wireDesk({ ...asked, controls, desks });
  const ofCases = { alerts: controls.alerts, disputes: controls.disputes, replies: desk.bankReplies };
  const intake = createIntake({ ...common, ...heard, ...ofCases, acts, pairing, events, vault, delivery, linking });
  const messages = rateLimit(limits.messagesPerMinuteMax, clock);
  const staffed = { desk: desk.customers, talkCards, prepared: desk.intentAnswer };
  const talk = createTalk({ ...asked, ...staffed, controls, pairing, following, messages, ways });
  const met = { vault, addresses: delivery.addresses, settles: settlesOf(delivery), marks: talk };
  const receiving = createReceiving({ ...common, ...met, channels, arrivals: talk.arrivals });
  return {
    messengers,
    database: web,
    vault,
    proof,
    delivery,
    linking,
    intake,
    receiving,
    pairing,
    following,
    talk,
    controls,
    desk,
    ...wireSignIn({ ...common, publicUrl, login: banks.staffLogin }),
    operator: createOperator({ ...common, secret: readOperatorSecret(config.keys, systemRandom) }),
    ...told,
    channelChoices: createChannelChoices({ database, delivery, clock }),
    channels,
    clock,
    log,
    meter: common.meter,
    admission: createAdmission(clock, () => backlogsOf(delivery)),
    metrics: async () => (await metrics?.text()) ?? '',
    faces,
    clientJwks: () => banks.clientJwks(),
    publicUrl,
    staffUrl,
    trustProxy: config.trustProxy,
    embedOrigins: config.embedOrigins,
  };
}

/** Who runs this, for the disclosure's contact point. */
function operatorOf({ operatorName: name, operatorContact: contact }: Config): { name: string; contact: string } {
  return { name, contact };
}

/** Customers sign in by passkeys and their banks, staff by their own bank. */
function wireSignIn(parts: SignInParts & StaffSignInParts): Pick<HttpParts, 'signIn' | 'staffSignIn'> {
  return { signIn: createSignIn(parts), staffSignIn: createStaffSignIn(parts) };
}

/** The banks' staff, and the cards by which their customers see how a talk with them stands. */
function wireDesk(parts: WiredForDesk): { readonly desk: Desk; readonly talkCards: TalkCards } {
  const reached = { ...parts, desk: () => desk.customers };
  const talkCards = createTalkCards(reached);
  const desk: Desk = createDesk({ ...parts, tell: caseTellers({ ...reached, talkCards }) });
  return { desk, talkCards };
}

type WiredForDesk = Omit<Parameters<typeof createDesk>[0], 'tell'> &
  Omit<Parameters<typeof createTalkCards>[0] & Parameters<typeof caseTellers>[0], 'desk' | 'talkCards'>;

/** What is done at banks, and how the chat tells of it. */
function wireControls(parts: ControlsParts & CaseAsidesParts): Controls {
  return createControls(parts, controlTellers(parts), caseAsides(parts));
}

/** What people know our pages and numbers by: the disclosure and the bank's page name the chat so. */
function namesOf(channels: readonly Channel[], operatorName: string): (channel: string, account: string) => string {
  return (name, account) => channels.find(({ channel }) => channel === name)?.nameOf?.(account) ?? operatorName;
}

/** How what messengers say of our own messages reaches the deliveries. */
function settlesOf({ sending }: Delivery): DeliverySettles {
  return {
    taken: (reference, platformId) => sending.taken(reference, platformId),
    failed: (lost, failed) => sending.failed(lost, failed),
    heard: (identityId) => sending.release(identityId),
  };
}

function wireProof(options: HubOptions, database: Database): ProofLog {
  const { config, log, clock, sandboxWitness } = options;
  const witnesses = [...config.witnesses, ...(sandboxWitness ? [sandboxWitness] : [])];
  return createProofLog({
    database,
    signer: logSigner(config),
    log: log.child({ part: 'proof' }),
    memory: fileMemory(config.keys),
    clock,
    witnessing: { witnesses, call: witnessCall(witnesses), clock },
  });
}

/** The carriers that can be asked to tell of a parcel, each reached at its own address alone. */
function trackersOf({ carriers }: OrderSenders): Trackers {
  const asked = carriers.flatMap(({ id, api }) =>
    api ? [[carrierSourceId(id), { ...api, call: outgoing('carrier', [new URL(api.url).origin]) }] as const] : [],
  );
  return easyPostTrackers(new Map(asked));
}

/** Whoever gives data: the banks, and the shops that are connected as banks are linked. */
function wireSources(options: HubOptions, at: Origins) {
  const banks = wireBanks(options, at);
  const orderSenders = options.orderSenders ?? noOrderSenders;
  const carriers = orderSenders.carriers.filter(({ api }) => api !== undefined);
  const shops = shopLinks({ shops: orderSenders.shops, carriers, publicUrl: at.publicUrl, random: systemRandom });
  const given = withShops(banks.api, shops);
  return {
    banks,
    given,
    faces: () => given.faces(),
    senders: { orderSenders, eventKeys: eventKeysOf(banks) },
    trackers: trackersOf(orderSenders),
  };
}

function wireBanks({ config, sandboxUrl, clock, log }: HubOptions, { publicUrl, staffUrl }: Origins): Banks {
  return createBanks({
    environment: config.banks,
    sandbox: config.sandbox,
    sandboxUrl,
    live: config.live,
    news: config.bankNews,
    clientKey: readClientKey(config.keys),
    redirectUri: () => `${publicUrl()}/link/return`,
    eventsUrl: (bank) => `${publicUrl()}/v1/banks/${bank}/events`,
    staffRedirectUri: () => `${staffUrl()}/desk/return`,
    clock,
    log,
  });
}

/** The log's key; made at the first call. */
export function logSigner(config: Config): ReturnType<typeof readLogKey> {
  return readLogKey(config.keys, logName(config), systemRandom);
}

/** The name of a log that is made now: where it is served, without the scheme. */
export function logName({ url, port }: Config): string {
  return `${url === undefined ? `localhost:${port}` : new URL(url).host}/log`;
}

/** How intake finds the keys by which a bank signs. */
function eventKeysOf(banks: Banks): IntakeParts['eventKeys'] {
  return async (bank: BankId, refresh: boolean) => {
    if (banks.directory.find(bank) === undefined) return undefined;
    return refresh ? banks.refreshEventKeys(bank) : banks.eventKeys(bank);
  };
}
