import { buckets, type BucketRate, type Buckets, type Clock, type IdentityId, type Log, type Timers } from '#base';
import {
  referenceText,
  type Dispatch,
  type OpenAddress,
  type Outcome,
  type Parts,
  type PersonIds,
  type Sender,
  type Told,
} from '#delivery';
import { circuits, type Circuits, type StoppedBy } from './circuits.ts';
import type { Compose } from './compose.ts';
import { codeOf, remedyOf, type MetaPlatform } from './errors.ts';
import type { Graph, GraphResult } from './graph.ts';
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
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** An echo or a status comes within this, after a call of whose outcome nobody knows. */
  readonly settleMs?: number;
  /** Other rates than the messenger's, for a test. */
  readonly rates?: Partial<MetaRates>;
}

/** A sender, with what else is asked of its pages or numbers. */
export interface MetaSender extends Sender {
  /** Asks Meta of each whether its token lives, and mends or opens its circuit. Answers those that are stopped, by name. */
  checkTokens(): Promise<{ readonly name: string; readonly why: StoppedBy }[]>;
}

/** A call waits at most so long for its place; beyond that the delivery does. */
const placeWaitMsMax = 2_000;
/** One call; a long message is several. */
const callMsMax = 12_000;
/** The platform slows us down, and does not say for how long: twice as long each time, until something is taken. */
const slowerPauses = { firstMs: 2_000, maxMs: 60_000 } as const;
/** When so much of what is allowed is used up, a pause keeps the rest for answers. */
const usagePercentMax = 95;
const usagePauseMs = 60_000;
/** Meta: after error 131056 wait 4^n seconds, n from 0; the attempts count. */
const pairPauseMs = (attempt: number): number => 1_000 * 4 ** Math.min(5, attempt - 1);

/** Makes the sender of one messenger: everything but what a message looks like there. */
export function metaSender<Body>(kind: MetaKind<Body>, parts: MetaSenderParts<Body>): MetaSender {
  const { platform } = kind;
  const sending: Sending<Body> = {
    kind,
    parts,
    accounts: new Map(parts.accounts.map((one) => [one.account, one])),
    circuits: circuits(parts.clock),
    perAccount: buckets(parts.rates?.accountRate ?? kind.accountRate, parts.clock),
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
    checkTokens: () => checkTokens(sending),
  };
}

interface Sending<Body> {
  readonly kind: MetaKind<Body>;
  readonly parts: MetaSenderParts<Body>;
  readonly accounts: ReadonlyMap<string, MetaAccount>;
  readonly circuits: Circuits;
  readonly perAccount: Buckets;
  readonly perPerson: Buckets;
  readonly wrong: ReturnType<typeof rises>;
  /** How often a page or number was told to be slower since something was taken from it. */
  readonly slowed: Map<string, number>;
}

/** Where it does not matter what is posted. */
type AnySending = Pick<Sending<never>, 'accounts' | 'circuits' | 'perAccount' | 'perPerson' | 'wrong' | 'slowed'> & {
  readonly kind: Pick<MetaKind<never>, 'platform'>;
  readonly parts: Pick<MetaSenderParts<never>, 'graph' | 'timers' | 'log'>;
};

async function send<Body>(sending: Sending<Body>, dispatch: Dispatch, signal: AbortSignal): Promise<Outcome> {
  const { parts, accounts } = sending;
  const { entry, message, replaces } = dispatch;
  // Neither messenger lets a business take a message back or change it.
  if (entry === 'removal' || message === undefined) return { outcome: 'skipped', code: 'cannot-be-unsaid' };
  if (entry === 'edit' && replaces === undefined) return { outcome: 'skipped', code: 'never-shown' };
  const address = await parts.addressOf(dispatch.identityId);
  if (!address) return { outcome: 'skipped', code: 'address-retired' };
  const account = accounts.get(address.account);
  if (!account) return { outcome: 'closed', code: 'account-not-ours' };
  const stoppedMs = sending.circuits.waitMs(account.account);
  if (stoppedMs > 0) return { outcome: 'later', code: 'account-stopped', afterMs: stoppedMs };
  // Before anything is made for it: what has to wait is composed when it goes.
  const place = await takePlace(sending, dispatch, address, signal);
  if (place) return place;
  const told: Told = { ...dispatch, message };
  const outcome = await composeAndSend(sending, told, account, address, signal);
  const isOver = outcome.outcome === 'closed' && outcome.code === windowOver && address.heardAtMs !== undefined;
  // Its clock is the one that counts: what it does not take freely any more it may take as a template.
  return isOver ? composeAndSend(sending, told, account, { ...address, heardAtMs: undefined }, signal) : outcome;
}

/** The messenger said that the person wrote too long ago. */
const windowOver = 'window-over';

async function composeAndSend<Body>(
  sending: Sending<Body>,
  told: Told,
  account: MetaAccount,
  address: OpenAddress,
  signal: AbortSignal,
): Promise<Outcome> {
  const composed = await sending.parts.compose(told, address);
  if ('closed' in composed) return { outcome: 'closed', code: composed.closed };
  return sendBodies(sending, told, { account, address, bodies: composed.bodies }, signal);
}

interface Outgoing<Body> {
  readonly account: MetaAccount;
  readonly address: OpenAddress;
  readonly bodies: readonly Body[];
}

/** Sends what the messenger does not have yet, in order; the first that it does not take ends the attempt. */
async function sendBodies<Body>(
  sending: Sending<Body>,
  told: Told,
  outgoing: Outgoing<Body>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { kind, parts } = sending;
  const { account, address, bodies } = outgoing;
  const { reference: deliveryId, attempt, replaces } = told;
  const cut = { deliveryId, parts: bodies.length, revision: told.message.revision, attempt };
  const taken = bodies.length > 1 ? await parts.parts.begin(cut) : new Map<number, string>();
  let outcome: Outcome = { outcome: 'sent', platformId: taken.get(bodies.length - 1) ?? '' };
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
    outcome = outcomeOf(sending, account, personName(told), attempt, result);
    if (outcome.outcome !== 'sent') return outcome;
    if (bodies.length > 1) await parts.parts.taken(reference, outcome.platformId);
  }
  return outcome;
}

const personName = ({ identityId }: Pick<Dispatch, 'identityId'>): string => identityId;

/** Waits for a place within what the page or number, and the person, are sent; undefined: it may go. */
async function takePlace(
  { parts, perAccount, perPerson }: AnySending,
  dispatch: Dispatch,
  { account }: OpenAddress,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const person = perPerson.reserve(personName(dispatch), placeWaitMsMax);
  if (!person.reserved) return { outcome: 'later', code: 'rate-person', afterMs: Math.ceil(person.waitMs) };
  const page = perAccount.reserve(account, placeWaitMsMax);
  if (!page.reserved) return { outcome: 'later', code: 'rate-account', afterMs: Math.ceil(page.waitMs) };
  const waitMs = Math.max(person.waitMs, page.waitMs);
  if (waitMs <= 0) return undefined;
  const waited = Promise.withResolvers<void>();
  const cancel = parts.timers.after(waitMs, waited.resolve);
  signal.addEventListener('abort', () => waited.resolve(), { once: true });
  await waited.promise;
  cancel();
  return signal.aborted ? { outcome: 'later', code: 'rate-account', afterMs: 1_000 } : undefined;
}

/** What a call's result means for the delivery, and for its page or number. */
function outcomeOf(
  sending: AnySending,
  account: MetaAccount,
  person: string,
  attempt: number,
  result: GraphResult,
): Outcome {
  const { kind, circuits: stops, perAccount, perPerson } = sending;
  if (result.got === 'no-connection') return { outcome: 'later', code: 'no-connection' };
  if (result.got === 'unknown') return { outcome: 'unknown', code: result.code };
  const { answer, usage, status, retryAfterMs } = result;
  if (usage && usage.percent >= usagePercentMax)
    perAccount.pause(account.account, Math.max(usagePauseMs, usage.regainMs));
  if (answer.kind === 'taken') {
    sending.slowed.delete(account.account);
    if (stops.close(account.account))
      sending.parts.log.info({ account: account.name }, 'messages go out from there again');
    return { outcome: 'sent', platformId: answer.platformId };
  }
  // A 200 that names no message: it may have been taken.
  if (answer.kind !== 'error') return { outcome: 'unknown', code: `answer-${answer.kind}` };
  const code = codeOf(answer.error);
  const remedy = remedyOf(kind.platform, status, answer.error);
  switch (remedy) {
    case 'again':
      return { outcome: 'later', code };
    case 'slower': {
      const afterMs = retryAfterMs ?? (usage?.regainMs || slowerAgain(sending, account.account));
      perAccount.pause(account.account, afterMs);
      return { outcome: 'later', code, afterMs };
    }
    case 'slower-to-person': {
      const afterMs = retryAfterMs ?? pairPauseMs(attempt);
      perPerson.pause(person, afterMs);
      return { outcome: 'later', code, afterMs };
    }
    case 'window':
      return { outcome: 'closed', code: windowOver };
    case 'template':
    case 'unreachable':
      return { outcome: 'closed', code };
    case 'token':
    case 'restricted':
      return stop(sending, account, remedy, code);
    case 'permission':
      sending.parts.log.warn(
        { account: account.name, code, alarm: 'messenger_permission' },
        'the app may not do this there: its permissions are to be looked at',
      );
      return { outcome: 'refused', code };
    case 'wrong':
      if (sending.wrong.count())
        sending.parts.log.warn(
          { channel: kind.platform, code, alarm: 'messages_rejected' },
          'the messenger refuses far more of what is sent than before: a form of it may have been retired',
        );
      return { outcome: 'refused', code };
  }
}

function slowerAgain({ slowed }: Pick<AnySending, 'slowed'>, account: string): number {
  const times = (slowed.get(account) ?? 0) + 1;
  slowed.set(account, times);
  return Math.min(slowerPauses.maxMs, slowerPauses.firstMs * 2 ** Math.min(10, times - 1));
}

/** Nothing more goes from there until somebody has mended it; what is on its way waits. */
function stop(sending: AnySending, account: MetaAccount, why: StoppedBy, code: string): Outcome {
  const { circuits: stops, parts } = sending;
  if (stops.open(account.account, why)) {
    const said = why === 'token' ? { alarm: 'messenger_token_dead' } : { alarm: 'messenger_restricted' };
    parts.log.warn({ account: account.name, code, ...said }, 'nothing can be sent from there until it is mended');
  }
  return { outcome: 'later', code, afterMs: stops.waitMs(account.account) };
}

async function checkTokens({ kind, parts, accounts, circuits: stops }: AnySending) {
  for (const account of accounts.values()) {
    const { accessToken, name } = account;
    const call = { method: 'GET', path: account.account, query: { fields: 'id' }, accessToken } as const;
    const result = await parts.graph.call(call);
    if (result.got !== 'answer') continue;
    const { answer, status } = result;
    // Reading proves the token and nothing else: who is restricted may still read.
    const isAlive = answer.kind !== 'error' && status === 200;
    if (isAlive && stops.stopped().get(account.account) === 'token') stops.close(account.account);
    else if (
      answer.kind === 'error' &&
      remedyOf(kind.platform, status, answer.error) === 'token' &&
      stops.open(account.account, 'token')
    ) {
      const detail = { account: name, code: codeOf(answer.error), alarm: 'messenger_token_dead' };
      parts.log.warn(detail, 'nothing can be sent from there until it is mended');
    }
  }
  return [...stops.stopped()].map(([account, why]) => ({ name: accounts.get(account)?.name ?? account, why }));
}
