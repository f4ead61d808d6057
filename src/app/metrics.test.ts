import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '#base';
import { createMetrics } from './metrics.ts';

const line = (text: string, start: string): string | undefined => text.split('\n').find((one) => one.startsWith(start));

test('durations are told in seconds, and no time is negative', async () => {
  const { meter, text } = createMetrics();
  meter.step('parse', 250);
  meter.reached('bank', 'commit', -5000);
  meter.reached('bank', 'commit', 2000);
  const said = await text();
  assert.equal(
    line(said, 'tellerline_step_seconds_sum{step="parse"}'),
    'tellerline_step_seconds_sum{step="parse"} 0.25',
  );
  const sum = 'tellerline_event_seconds_sum{since="bank",until="commit"}';
  assert.equal(line(said, sum), `${sum} 2`);
});

test('what never happened is 0 and not missing', async () => {
  const said = await createMetrics().text();
  for (const outcome of ['accepted', 'duplicate', 'dropped', 'refused']) {
    const name = `tellerline_events_total{sender="bank",outcome="${outcome}"}`;
    assert.equal(line(said, name), `${name} 0`);
  }
  const alarm = 'tellerline_alarms_total{alarm="log_damaged"}';
  assert.equal(line(said, alarm), `${alarm} 0`);
  const unknown = 'tellerline_unknown_outcomes_total{what="commit"}';
  assert.equal(line(said, unknown), `${unknown} 0`);
});

test('waits at a desk are counted by their length, by the number that was told and by its span', async () => {
  const { meter, text } = createMetrics();
  meter.waitCame('long', false, true);
  meter.waitCame('long', false, true);
  const name = (span: string): string => `tellerline_desk_waits_total{length="long",quarter="outside",span="${span}"}`;
  const said = await text();
  assert.equal(line(said, name('within')), `${name('within')} 2`);
  assert.equal(line(said, name('outside')), `${name('outside')} 0`);
});

test('every line of the log that carries an alarm is counted by its name, also when the log is silent', async () => {
  for (const level of ['debug', 'fatal', 'silent']) {
    const { alarm, text } = createMetrics();
    let written = '';
    const log = createLog(level, { write: (some) => (written += some) }, alarm);
    log.info('all is well');
    log.warn({ alarm: 'door_open' }, 'a door stands open');
    log.child({ part: 'cellar' }).error({ alarm: 'door_open' }, 'and another');
    log.warn('no alarm');
    const name = 'tellerline_alarms_total{alarm="door_open"}';
    assert.equal(line(await text(), name), `${name} 2`, level);
    assert.equal(written.split('\n').filter(Boolean).length, level === 'debug' ? 4 : 0, level);
  }
});

test('a scrape asks for what stands right now', async () => {
  const { watch, text } = createMetrics();
  let sockets = 3;
  const sources = {
    sockets: () => sockets,
    socketBufferBytes: () => 0,
    inFlight: () => ({ batches: 2, bytes: 2048, oldestMs: 1500 }),
    backlogs: () => [{ name: 'messenger', waiting: 3, unknown: 1, parked: 2, oldestMs: 4000 }],
    pools: () => [{ pool: 'intake', connections: 6, idle: 1, waiting: 4 }],
    log: async () => ({ behind: 7, stopped: null }),
    logLateMs: () => 500,
  };
  watch(sources);
  watch(sources);
  sockets = 4;
  const said = await text();
  for (const expected of [
    'tellerline_sockets_connected 4',
    'tellerline_batches_in_flight_bytes 2048',
    'tellerline_oldest_undelivered_seconds{backlog="in-flight"} 1.5',
    'tellerline_oldest_undelivered_seconds{backlog="messenger"} 4',
    'tellerline_backlog_parked{backlog="messenger"} 2',
    'tellerline_database_waiting{pool="intake"} 4',
    'tellerline_log_leaves_waiting 7',
    'tellerline_log_stopped 0',
  ])
    assert.equal(line(said, expected), expected);
});

test('a backlog that is empty is not shown with what it was', async () => {
  const { watch, text } = createMetrics();
  let backlogs = [{ name: 'messenger', waiting: 3, unknown: 1, parked: 2, oldestMs: 4000 }];
  watch({
    sockets: () => 0,
    socketBufferBytes: () => 0,
    inFlight: () => ({ batches: 0, bytes: 0, oldestMs: 0 }),
    backlogs: () => backlogs,
    pools: () => [],
    log: async () => ({ behind: 0, stopped: null }),
    logLateMs: () => 0,
  });
  assert.match(await text(), /backlog="messenger"/);
  backlogs = [];
  const drained = await text();
  assert.doesNotMatch(drained, /backlog="messenger"/);
  assert.match(drained, /tellerline_oldest_undelivered_seconds\{backlog="in-flight"\} 0/);
});
