import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  alarms as alarmNames,
  type EventOutcome,
  type Meter,
  type SenderKind,
  type Since,
  type Step,
  type Until,
} from '#base';
import type { PoolPressure } from '#db';
import type { Backlog } from '#http';
import type { LogStatus } from '#proof';

/** What is asked for at each scrape. */
export interface MetricSources {
  /** Browsers that are connected and have said where they stand. */
  readonly sockets: () => number;
  /** Bytes that browsers have not taken yet. */
  readonly socketBufferBytes: () => number;
  readonly inFlight: () => { readonly batches: number; readonly bytes: number; readonly oldestMs: number };
  readonly backlogs: () => readonly Backlog[];
  readonly pools: () => readonly PoolPressure[];
  readonly log: () => Promise<Pick<LogStatus, 'behind' | 'stopped'>>;
  readonly logLateMs: () => number;
}

/** What this process counts of itself. */
export interface Metrics {
  readonly meter: Meter;
  /** A line of the log carried this alarm. */
  readonly alarm: (name: string) => void;
  /** Sets what the gauges read. */
  watch(sources: MetricSources): void;
  /** Everything, in Prometheus' text form. */
  text(): Promise<string>;
}

/** Seconds: from a step that is hardly there to what somebody notices, and on to an outage. */
const stepBuckets = [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const wayBuckets = [0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

/**
 * Counts in a registry of its own. No label is of a customer, a link or an account, and none has values that
 * a sender chooses: the longest list is that of our own refusals' codes.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const alarms = new Counter({
    name: 'tellerline_alarms_total',
    help: 'Lines of the log that carry an alarm, by its name; docs/operations.md says what each means.',
    labelNames: ['alarm'],
    registers: [registry],
  });
  // A count that has never been is 0 and not missing: an increase from nothing raises no alert.
  for (const alarm of alarmNames) alarms.inc({ alarm }, 0);
  return {
    meter: meterIn(registry),
    alarm: (alarm) => alarms.inc({ alarm }),
    watch: (sources) => watchIn(registry, sources),
    text: () => registry.metrics(),
  };
}

function meterIn(registry: Registry): Meter {
  const registers = [registry];
  const events = new Counter({
    name: 'tellerline_events_total',
    help: 'Events that came in, by who sends them and what became of them.',
    labelNames: ['sender', 'outcome'],
    registers,
  });
  const refused = new Counter({
    name: 'tellerline_batches_refused_total',
    help: 'Batches that were not taken, by the code of the refusal.',
    labelNames: ['sender', 'code'],
    registers,
  });
  const steps = new Histogram({
    name: 'tellerline_step_seconds',
    help: 'How long a batch takes in each step of the event path.',
    labelNames: ['step'],
    buckets: stepBuckets,
    registers,
  });
  const way = new Histogram({
    name: 'tellerline_event_seconds',
    help: 'From the bank’s word (its occurredAt, of the first event of a batch) or our receiving it, until it is committed, or written to a socket.',
    labelNames: ['since', 'until'],
    buckets: wayBuckets,
    registers,
  });
  const unknown = new Counter({
    name: 'tellerline_unknown_outcomes_total',
    help: 'What nobody knows to be done or not: an error at COMMIT, a call without an answer.',
    labelNames: ['what'],
    registers,
  });
  const heard = new Counter({
    name: 'tellerline_messengers_told_total',
    help: 'Things that messengers told, by their kind.',
    labelNames: ['channel', 'kind'],
    registers,
  });
  const waited = new Histogram({
    name: 'tellerline_database_wait_seconds',
    help: 'How long a transaction waited for a connection, when none was idle.',
    labelNames: ['pool'],
    buckets: stepBuckets,
    registers,
  });
  const waits = deskWaitsIn(registers);
  const closed = new Counter({
    name: 'tellerline_sockets_closed_total',
    help: 'Web sockets that we closed, and why.',
    labelNames: ['why'],
    registers,
  });
  beginAtZero({ events, unknown, closed, waits });
  const stepOf = remembered((step: Step) => steps.labels(step));
  const wayOf = remembered((since: Since) => remembered((until: Until) => way.labels(since, until)));
  return {
    events: (sender, outcome, count) => count > 0 && events.inc({ sender, outcome }, count),
    refused: (sender, code) => refused.inc({ sender, code }),
    step: (step, ms) => stepOf(step).observe(ms / 1000),
    // Clocks of banks differ from ours: what comes before it was sent took no time.
    reached: (since, until, ms) => wayOf(since)(until).observe(Math.max(0, ms) / 1000),
    unknown: (what) => unknown.inc({ what }),
    waited: (pool, ms) => waited.observe({ pool }, ms / 1000),
    heard: (channel, kind) => heard.inc({ channel, kind }),
    waitCame: (length, inQuarter, inSpan) =>
      waits.inc({ length, quarter: inQuarter ? 'within' : 'outside', span: inSpan ? 'within' : 'outside' }),
    socketClosed: (why) => closed.inc({ why }),
  };
}

/** Counts waits for banks' staff. */
function deskWaitsIn(registers: Registry[]): Counter<'length' | 'quarter' | 'span'> {
  return new Counter({
    name: 'tellerline_desk_waits_total',
    help: 'Waits for a bank’s staff that came to their end, under a minute or longer; whether the number that was told was within a quarter, and the span right.',
    labelNames: ['length', 'quarter', 'span'],
    registers,
  });
}

/** As with the alarms: 0 and not missing. */
function beginAtZero(counters: Record<'events' | 'unknown' | 'closed' | 'waits', Counter>): void {
  const outcomes: readonly EventOutcome[] = ['accepted', 'duplicate', 'dropped', 'refused'];
  const sender: SenderKind = 'bank';
  for (const outcome of outcomes) counters.events.inc({ sender, outcome }, 0);
  for (const what of ['commit', 'call']) counters.unknown.inc({ what }, 0);
  for (const length of ['short', 'long'])
    for (const quarter of ['within', 'outside'])
      for (const span of ['within', 'outside']) counters.waits.inc({ length, quarter, span }, 0);
  for (const why of ['slow', 'too-many', 'restarting', 'failed']) counters.closed.inc({ why }, 0);
}

/** Looks a thing up once for each name. */
function remembered<Name, Thing>(find: (name: Name) => Thing): (name: Name) => Thing {
  const found = new Map<Name, Thing>();
  return (name) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    const fresh = find(name);
    found.set(name, fresh);
    return fresh;
  };
}

function watchIn(registry: Registry, sources: MetricSources): void {
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (set: (value: number, labels?: Record<string, string>) => void) => void | Promise<void>,
  ): void => {
    const made = new Gauge({
      name: `tellerline_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect: () => {
        // What is not set now is no more: a backlog that is empty is not among those that are read.
        made.reset();
        return read((value, labels) => (labels ? made.set(labels, value) : made.set(value)));
      },
    });
    // A hub that is started anew in the same process takes the place of the one before.
    registry.removeSingleMetric(`tellerline_${name}`);
    registry.registerMetric(made);
  };
  gauge('sockets_connected', 'Browsers that are connected now.', [], (set) => set(sources.sockets()));
  gauge('sockets_buffered_bytes', 'Bytes that browsers have not taken yet, over all sockets.', [], (set) =>
    set(sources.socketBufferBytes()),
  );
  gauge('batches_in_flight', 'Batches that are read or worked on now.', [], (set) => set(sources.inFlight().batches));
  gauge('batches_in_flight_bytes', 'Their bodies together.', [], (set) => set(sources.inFlight().bytes));
  gauge(
    'oldest_undelivered_seconds',
    'Age of the oldest event that was let in and has not been brought on: of what is worked on now, and of each backlog.',
    ['backlog'],
    (set) => {
      set(sources.inFlight().oldestMs / 1000, { backlog: 'in-flight' });
      for (const { name, oldestMs } of sources.backlogs()) set(oldestMs / 1000, { backlog: name });
    },
  );
  watchBacklogs(gauge, sources);
  watchPools(gauge, sources);
  watchLog(gauge, sources);
}

type AddGauge = (
  name: string,
  help: string,
  labelNames: readonly string[],
  read: (set: (value: number, labels?: Record<string, string>) => void) => void | Promise<void>,
) => void;

function watchBacklogs(gauge: AddGauge, sources: MetricSources): void {
  const ofBacklogs = (name: string, help: string, value: (backlog: Backlog) => number): void =>
    gauge(name, help, ['backlog'], (set) => {
      for (const one of sources.backlogs()) set(value(one), { backlog: one.name });
    });
  ofBacklogs('backlog_waiting', 'Deliveries that wait, by the way that they go.', (one) => one.waiting);
  ofBacklogs('backlog_unknown', 'Deliveries that were attempted and may have arrived.', (one) => one.unknown);
  ofBacklogs('backlog_parked', 'Deliveries that were given up until somebody looks.', (one) => one.parked);
}

function watchPools(gauge: AddGauge, sources: MetricSources): void {
  const ofPools = (name: string, help: string, value: (pool: PoolPressure) => number): void =>
    gauge(name, help, ['pool'], (set) => {
      for (const one of sources.pools()) set(value(one), { pool: one.pool });
    });
  ofPools('database_connections', 'Open connections of a pool.', (pool) => pool.connections);
  ofPools('database_connections_idle', 'Those of them that nobody uses.', (pool) => pool.idle);
  ofPools('database_waiting', 'Transactions that wait for a connection now.', (pool) => pool.waiting);
}

function watchLog(gauge: AddGauge, sources: MetricSources): void {
  gauge('log_leaves_waiting', 'Committed leaves of the proof log that no checkpoint covers yet.', [], async (set) =>
    set((await sources.log()).behind),
  );
  gauge('log_stopped', '1 when nothing more is signed: the alarm says why.', [], async (set) =>
    set((await sources.log()).stopped === null ? 0 : 1),
  );
  gauge('log_late_seconds', 'Since the proof log was last seen whole by this process.', [], (set) =>
    set(Math.min(sources.logLateMs() / 1000, Number.MAX_SAFE_INTEGER)),
  );
}
