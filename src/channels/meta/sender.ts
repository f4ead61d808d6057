import { buckets, type BucketRate, type Clock, type IdentityId, type Log, type Timers } from '#base';
import {
  referenceText,
  type Dispatch,
  type Failed,
  type OpenAddress,
  type Outcome,
  type Parts,
  type PersonIds,
  type Sender,
  type Told,
  type ToldFailed,
} from '#delivery';
import { circuits, type CircuitStore, type StoppedBy } from './circuits.ts';
import type { Compose } from './compose.ts';
import { codeOf, remedyOf, type MetaPlatform } from './errors.ts';
import type { Graph } from './graph.ts';
import { asErrorAsks, beside, noteStop, outcomeOf, type Called, type MetaState } from './outcomes.ts';
import { rises } from './rises.ts';

/** A page or a number that is sent from. */
export interface MetaAccount {
  /** Its id at the messenger. */
  readonly account: string;
  /** As the operator named it: what a log says. */
  readonly name: string;
  readonly accessToken: string;
}

/** What is posted for one body: where to, and as what. */
export interface Posted {
  readonly path: string;
  readonly body: unknown;
}

/** How fast is sent: kept ahead of what the messenger allows. */
export interface MetaRates {
  /** From one page or number. */
  readonly accountRate: BucketRate;
  /** To one person. */
  readonly personRate: BucketRate;
}

/** What differs between the two messengers. */
export interface MetaKind<Body> extends MetaRates {
  readonly platform: MetaPlatform;
  /** Puts whom it is for, what it replies to and our reference around a body. */
  post(account: string, person: PersonIds, body: Body, reference: string, repliesTo: string | undefined): Posted;
}

/** What a sender works with. */
export interface MetaSenderParts<Body> {
  readonly graph: Graph;
  readonly accounts: readonly MetaAccount[];
  readonly compose: Compose<Body>;
  /** Where a channel identity is met; undefined: nowhere any more, as when a number has a new owner. */
  readonly addressOf: (identityId: IdentityId) => Promise<OpenAddress | undefined>;
  readonly parts: Parts;
  /** Which pages and numbers are stopped, for all processes of the hub. */
  readonly circuits: CircuitStore;
  /**
   * Another app has the thread with this person: nothing goes there until it is ours again. `routedAtMs`: as it stood
   * with the address when the call was prepared. Answers false when something was told of the thread since.
   */
  readonly threadAway?: (identityId: IdentityId, routedAtMs: number | undefined) => Promise<boolean>;
  /** How many processes of the hub send from the same pages and numbers, this one included: they share the rates. */
  readonly processes?: () => number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** An echo or a status comes within this, after a call of whose outcome nobody knows. */
  readonly settleMs?: number;
  /** So long nothing goes from a page that is stopped, until one call finds out. */
  readonly stoppedMs?: number;
  /** Other rates than the messenger's, for a test. */
  readonly rates?: Partial<MetaRates>;
}

/** A sender, with what else is asked of its pages or numbers. */
export interface MetaSender extends Sender {
  /**
   * Asks Meta of each whether its token lives, and mends or opens its circuit. Answers those that are stopped, by name;
   * `isNew`: this check has found it, and said so.
   */
  checkTokens(): Promise<{ readonly name: string; readonly why: StoppedBy; readonly isNew: boolean }[]>;
}

/** A call waits at most so long for its place; beyond that the delivery does. */
const placeWaitMsMax = 2_000;
/** One call; a long message is several. */
const callMsMax = 12_000;
/** Makes the sender of one messenger: everything but what a message looks like there. */
export function metaSender<Body>(kind: MetaKind<Body>, parts: MetaSenderParts<Body>): MetaSender {
  const { platform } = kind;
  const sending: Sending<Body> = {
    kind,
    parts,
    accounts: new Map(parts.accounts.map((one) => [one.account, one])),
    platform,
    log: parts.log,
    circuits: circuits(parts.circuits, parts.clock, parts.log, parts.stoppedMs),
    perAccount: buckets(parts.rates?.accountRate ?? kind.accountRate, parts.clock, parts.processes),
    // A person is sent to by one process at a time.
    perPerson: buckets(parts.rates?.personRate ?? kind.personRate, parts.clock),
    wrong: rises(parts.clock),
    slowed: new Map(),
  };
  return {
    channel: platform,
    removes: false,
    edits: false,
    concurrencyMax: 24,
    timeoutMs: placeWaitMsMax + callMsMax + 6_000,
    settleMs: parts.settleMs ?? 30_000,
    send: (dispatch, signal) => send(sending, dispatch, signal),
    failed: (told) => failed(sending, told),
    checkTokens: () => checkTokens(sending),
  };
}

interface Sending<Body> extends MetaState {
  readonly kind: MetaKind<Body>;
  readonly parts: MetaSenderParts<Body>;
  readonly accounts: ReadonlyMap<string, MetaAccount>;
}

/** Where it does not matter what is posted. */
type AnySending = MetaState &
  Pick<Sending<never>, 'accounts'> & {
    readonly parts: Pick<MetaSenderParts<never>, 'graph' | 'timers'>;
  };

async function send<Body>(sending: Sending<Body>, dispatch: Dispatch, signal: AbortSignal): Promise<Outcome> {
  const { parts } = sending;
  const { entry, message } = dispatch;
  // What changed and is worth saying is a reply to what was shown; where nothing was, it is said as it stands now.
  // Neither messenger lets a business take a message back or change it.
  if (entry === 'removal' || message === undefined) return { outcome: 'skipped', code: 'cannot-be-unsaid' };
  const told: Told = { ...dispatch, message };
  let outgoing: Outgoing<Body> | Outcome;
  try {
    outgoing = await prepare(sending, told, signal);
  } catch (error) {
    // Nothing has gone out: that is no outcome that nobody knows.
    parts.log.info({ err: error }, 'what is to be sent could not be prepared; it is tried again');
    return { outcome: 'later', code: 'not-prepared' };
  }
  if ('outcome' in outgoing) return outgoing;
  const outcome = await sendBodies(sending, told, outgoing, signal);
  if (outcome.outcome !== 'closed' || outcome.code !== threadAway) return outcome;
  return noteAway(sending, told, outgoing.address, outcome);
}

/** Another app has the thread, or a person at the page's inbox. */
const threadAway = 'thread-away';
/** What was told of a thread while a call was refused for it is looked at after this. */
const routedPauseMs = 1_000;

/** Notes who has the thread. Where it changed hands during the call nothing waits a day for it: it is looked at again. */
async function noteAway<Body>(
  { parts }: Sending<Body>,
  { identityId }: Told,
  { routedAtMs }: OpenAddress,
  outcome: Outcome,
): Promise<Outcome> {
  const isNoted = (await beside(parts.log, async () => parts.threadAway?.(identityId, routedAtMs))) ?? true;
  return isNoted ? outcome : { outcome: 'later', code: threadAway, afterMs: routedPauseMs };
}

/** Finds who it is for, waits for its place and makes the bodies; or says why it is not to be sent now. */
async function prepare<Body>(
  sending: Sending<Body>,
  told: Told,
  signal: AbortSignal,
): Promise<Outgoing<Body> | Outcome> {
  const { parts, accounts } = sending;
  const met = await parts.addressOf(told.identityId);
  if (!met) return { outcome: 'skipped', code: 'address-retired' };
  const account = accounts.get(met.account);
  if (!account) return { outcome: 'closed', code: 'account-not-ours' };
  if (met.away) return { outcome: 'closed', code: threadAway };
  const stoppedMs = await sending.circuits.waitMs(account.account);
  if (stoppedMs > 0) return { outcome: 'later', code: 'account-stopped', afterMs: stoppedMs };
  // Before anything is made for it: what has to wait is composed when it goes.
  const place = await takePlace(sending, told, met, signal);
  if (place) return place;
  // The messenger's clock is the one that counts: what it does not take freely any more it may take as a template.
  const address = told.windowOver ? { ...met, heardAtMs: undefined } : met;
  const composed = await parts.compose(told, address);
  if ('closed' in composed) return { outcome: 'closed', code: composed.closed };
  const { bodies } = composed;
  const { reference: deliveryId, attempt, message } = told;
  const cut = { deliveryId, parts: bodies.length, revision: message.revision, attempt };
  const taken = bodies.length > 1 || attempt > 1 ? await parts.parts.begin(cut) : new Map<number, string>();
  // Last: of a page that is stopped one call finds out whether it works, and this has to be a call.
  const heldMs = await sending.circuits.enter(account.account);
  if (heldMs > 0) return { outcome: 'later', code: 'account-stopped', afterMs: heldMs };
  return { account, address, bodies, taken };
}

/** An error that comes as a status asks for the same as one that a call is answered with. */
async function failed(
  sending: AnySending,
  { account: id, identityId, attempt, windowOver, code }: ToldFailed,
): Promise<Failed> {
  const account = sending.accounts.get(id);
  if (!account || code === undefined) return { outcome: 'refused', code: 'failed' };
  const called: Called = { account, person: identityId, attempt, needsWindow: !windowOver };
  // A status has no answer whose status could say more: what the tables do not know is refused.
  return asErrorAsks(sending, called, { remedy: remedyOf(sending.platform, 400, { code }), code: codeOf({ code }) });
}

interface Outgoing<Body> {
  readonly account: MetaAccount;
  readonly address: OpenAddress;
  readonly bodies: readonly Body[];
  /** Parts that the messenger has, from earlier attempts. */
  readonly taken: ReadonlyMap<number, string>;
}

/** Sends what the messenger does not have yet, in order; the first that it does not take ends the attempt. */
async function sendBodies<Body>(
  sending: Sending<Body>,
  told: Told,
  outgoing: Outgoing<Body>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { kind, parts } = sending;
  const { account, address, bodies, taken } = outgoing;
  const { reference: deliveryId, attempt, replaces } = told;
  const needsWindow = address.heardAtMs !== undefined;
  const last = bodies.length - 1;
  // What stands as the message is its last part, also where only an earlier one had to go again.
  let platformId = taken.get(last) ?? '';
  let isFirst = true;
  for (const [part, body] of bodies.entries()) {
    if (taken.has(part)) continue;
    const place = isFirst ? undefined : await takePlace(sending, told, address, signal);
    if (place) return place;
    isFirst = false;
    const reference = { deliveryId, part, attempt };
    const posted = kind.post(
      account.account,
      address.person,
      body,
      referenceText(reference),
      part === 0 ? replaces : undefined,
    );
    const result = await parts.graph.call({ method: 'POST', ...posted, accessToken: account.accessToken }, signal);
    const outcome = await outcomeOf(sending, { account, person: told.identityId, attempt, needsWindow }, result);
    if (outcome.outcome === 'unknown') return { ...outcome, part };
    if (outcome.outcome !== 'sent') return outcome;
    if (part === last) platformId = outcome.platformId;
    if (bodies.length === 1) continue;
    const isKept = await beside(parts.log, async () => {
      await parts.parts.taken(reference, outcome.platformId);
      return true;
    });
    // Of the last one it is known all the same. An earlier one would go again if a later one failed: its echo is waited for.
    if (!isKept && part < last) return { outcome: 'unknown', code: 'part-not-kept', part };
  }
  return { outcome: 'sent', platformId };
}

/** Waits for a place within what the page or number, and the person, are sent; undefined: it may go. */
async function takePlace(
  { parts, perAccount, perPerson }: AnySending,
  dispatch: Dispatch,
  { account }: OpenAddress,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const person = dispatch.identityId;
  const forPersonMs = perPerson.waitMs(person);
  if (forPersonMs > placeWaitMsMax) return { outcome: 'later', code: 'rate-person', afterMs: Math.ceil(forPersonMs) };
  const forAccountMs = perAccount.waitMs(account);
  if (forAccountMs > placeWaitMsMax)
    return { outcome: 'later', code: 'rate-account', afterMs: Math.ceil(forAccountMs) };
  // Both or none: what waits for the page leaves the person's place to be had.
  const waitMs = Math.max(perPerson.reserve(person), perAccount.reserve(account));
  if (waitMs <= 0) return undefined;
  const waited = Promise.withResolvers<void>();
  const cancel = parts.timers.after(waitMs, waited.resolve);
  signal.addEventListener('abort', () => waited.resolve(), { once: true });
  await waited.promise;
  cancel();
  return signal.aborted ? { outcome: 'later', code: 'rate-account', afterMs: 1_000 } : undefined;
}

async function checkTokens(sending: AnySending) {
  const { platform, parts, accounts, circuits: stops } = sending;
  await stops.keep([...accounts.keys()]);
  const before = await stops.stopped();
  for (const account of accounts.values()) {
    const call = { method: 'GET', path: account.account, query: { fields: 'id' } } as const;
    const result = await parts.graph.call({ ...call, accessToken: account.accessToken });
    if (result.got !== 'answer') continue;
    const { answer, status } = result;
    // Reading proves the token and nothing else: who is restricted may still read.
    const isAlive = answer.kind !== 'error' && status === 200;
    if (isAlive && (await stops.stopped()).get(account.account) === 'token') await stops.close(account.account);
    else if (answer.kind === 'error' && remedyOf(platform, status, answer.error) === 'token')
      await noteStop(sending, account, 'token', codeOf(answer.error));
  }
  const names = (account: string): string => accounts.get(account)?.name ?? account;
  const now = [...(await stops.stopped())];
  return now.map(([account, why]) => ({ name: names(account), why, isNew: before.get(account) !== why }));
}
