import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLog } from '#base';
import { testDatabase, type TestDatabase } from '#test/database';
import { graphOf } from './graph.ts';
import { graphError, scriptedGraph, type Play, type ScriptedGraph } from './scripted-graph.fixture.ts';
import { isApproved, putTemplate, templateHeard, templatesKept } from './template-store.ts';
import { lookAtTemplates, syncTemplates, type TemplatePlace } from './template-sync.ts';
import { templateCatalogue, type TemplateDefinition } from './templates.ts';

let db: TestDatabase;
let graph: ScriptedGraph;
before(async () => {
  db = await testDatabase();
  graph = await scriptedGraph();
});
after(async () => {
  await graph.close();
  await db.close();
});

const place = (account: string): TemplatePlace => ({
  channel: 'messenger',
  account,
  accessToken: 'token',
  graph: graphOf({ graph: graph.graph, appSecret: 'secret' }),
});
const [first, second] = templateCatalogue('https://tellerline.example');
const listed = (...all: { name: string; language: string; status: string; components?: unknown }[]): Play => ({
  status: 200,
  json: { data: all.map((one, n) => ({ id: `t${n + 1}`, ...one })) },
});
const sync = (account: string, catalogue = [first]) =>
  syncTemplates(
    db.database,
    place(account),
    catalogue.filter((one) => one !== undefined),
    Date.now(),
  );

test('what is missing is made, and may be sent when the messenger says that it is approved', async () => {
  assert.ok(first);
  graph.plays.push(listed(), { status: 200, json: { id: 't1', status: 'PENDING' } });
  assert.deepEqual(
    (await sync('made')).map(({ done, status }) => [done, status]),
    [['made', 'PENDING']],
  );
  const made = graph.received.at(-1);
  assert.equal(made?.path, '/v26.0/made/message_templates');
  assert.deepEqual(made?.body, JSON.parse(JSON.stringify(first)));
  const { name, language } = first;
  const of = { channel: 'messenger', account: 'made', name, language } as const;
  assert.equal(await isApproved(db.database, of), false);
  assert.equal(await templateHeard(db.database, { ...of, status: 'approved' }, Date.now()), true);
  assert.equal(await isApproved(db.database, of), true);
  assert.equal(await templateHeard(db.database, { ...of, account: 'other', status: 'APPROVED' }, Date.now()), false);
});

test('what is in step is left alone, and what the catalogue says otherwise is changed where it is', async () => {
  assert.ok(first && second);
  graph.plays.push(listed(), { status: 200, json: { id: 't1', status: 'APPROVED' } });
  await sync('kept');
  const calls = graph.received.length;
  graph.plays.push(listed({ ...first, status: 'APPROVED' }));
  assert.equal((await sync('kept'))[0]?.done, 'kept');
  assert.equal(graph.received.length, calls + 1);
  const reworded = { ...first, components: second.components };
  graph.plays.push(listed({ ...first, status: 'APPROVED' }), { status: 200, json: { success: true } });
  assert.deepEqual(
    (await sync('kept', [reworded])).map(({ done, status }) => [done, status]),
    [['changed', 'PENDING']],
  );
  assert.equal(graph.received.at(-1)?.path, '/v26.0/t1');
  assert.equal(graph.received.at(-1)?.body['name'], undefined);
});

test('what the messenger refuses is said by its code, and the others are made all the same', async () => {
  graph.plays.push(listed(), graphError(400, 100, 2388023), { status: 200, json: { id: 't', status: 'APPROVED' } });
  assert.deepEqual(
    (await sync('refused', [first, second])).map(({ done, status }) => [done, status]),
    [
      ['failed', 'graph-100-2388023'],
      ['made', 'APPROVED'],
    ],
  );
  const kept = (await templatesKept(db.database)).filter(({ account }) => account === 'refused');
  assert.deepEqual(
    kept.map(({ name }) => name),
    [second?.name],
  );
});

/** A template as Meta lists it: without its examples, its parts in another order. */
function asListed(of: TemplateDefinition | undefined, status: string) {
  assert.ok(of);
  const [words, buttons] = of.components;
  const address = buttons.buttons.map(({ type, text, url }) => ({ type, text, url }));
  return {
    ...of,
    status,
    components: [
      { type: 'BUTTONS', buttons: address },
      { type: 'BODY', text: words.text },
    ],
  };
}

test('on a fresh database what says there already what it is to say is found, and not put under review again', async () => {
  assert.ok(first && second);
  const calls = graph.received.length;
  const other = { ...asListed(second, 'APPROVED'), components: asListed(first, 'APPROVED').components };
  graph.plays.push(listed(asListed(first, 'APPROVED'), other), { status: 200, json: { success: true } });
  assert.deepEqual(
    (await sync('fresh', [first, second])).map(({ done, status }) => [done, status]),
    [
      ['found', 'APPROVED'],
      ['changed', 'PENDING'],
    ],
  );
  const changing = graph.received.slice(calls).filter(({ method }) => method === 'POST');
  assert.deepEqual(
    changing.map(({ path }) => path),
    ['/v26.0/t2'],
  );
  assert.equal(await isApproved(db.database, { channel: 'messenger', account: 'fresh', ...nameOf(first) }), true);
});

test('what was decided without our being told is known after a look, which changes nothing there', async () => {
  assert.ok(first && second);
  const said: string[] = [];
  const log = createLog('warn', { write: (line: string) => void said.push(line) });
  const look = () => lookAtTemplates({ database: db.database, log }, place('looked'), [first, second], Date.now());
  const calls = graph.received.length;
  graph.plays.push(listed(asListed(first, 'APPROVED')));
  await look();
  assert.equal(await isApproved(db.database, { channel: 'messenger', account: 'looked', ...nameOf(first) }), true);
  graph.plays.push(listed(asListed(first, 'PAUSED')));
  await look();
  assert.equal(await isApproved(db.database, { channel: 'messenger', account: 'looked', ...nameOf(first) }), false);
  assert.match(said.join(''), /template_over/);
  graph.plays.push(listed());
  await look();
  const kept = (await templatesKept(db.database)).filter(({ account }) => account === 'looked');
  assert.deepEqual(
    kept.map(({ status }) => status),
    ['DELETED'],
  );
  assert.ok(graph.received.slice(calls).every(({ method }) => method === 'GET'));
});

/** A place at which something happens while the messenger draws up its list. */
function during(account: string, happens: () => Promise<unknown>): TemplatePlace {
  const at = place(account);
  const call: TemplatePlace['graph']['call'] = async (...asked) => {
    const answer = await at.graph.call(...asked);
    await happens();
    return answer;
  };
  return { ...at, graph: { ...at.graph, call } };
}

test('what is made or told of while the messenger lists its templates is newer than the list, and no alarm', async () => {
  assert.ok(first && second);
  const said: string[] = [];
  const log = createLog('warn', { write: (line: string) => void said.push(line) });
  const account = 'meanwhile';
  const of = { channel: 'messenger', account } as const;
  await putTemplate(db.database, { ...of, ...nameOf(first), status: 'PENDING', hash: Buffer.from('h') }, 1_000);
  const made = during(account, async () => {
    await putTemplate(db.database, { ...of, ...nameOf(second), status: 'PENDING', hash: Buffer.from('h') }, 2_000);
    await templateHeard(db.database, { ...of, ...nameOf(first), status: 'APPROVED' }, 2_000);
  });
  graph.plays.push(listed(asListed(first, 'REJECTED')));
  await lookAtTemplates({ database: db.database, log }, made, [first, second], 3_000);
  const stands = async () => {
    const kept = (await templatesKept(db.database)).filter((one) => one.account === account);
    return new Map(kept.map(({ name, status }) => [name, status]));
  };
  assert.equal((await stands()).get(first.name), 'APPROVED');
  assert.equal((await stands()).get(second.name), 'PENDING');
  assert.deepEqual(said, []);

  graph.plays.push(listed(asListed(first, 'PENDING')));
  const heard = () => templateHeard(db.database, { ...of, ...nameOf(first), status: 'PAUSED' }, 4_000);
  await syncTemplates(db.database, during(account, heard), [first], 5_000);
  assert.equal((await stands()).get(first.name), 'PAUSED');
});

test('a list that does not end is not believed: nothing that it may name further on is taken for gone', async () => {
  assert.ok(first);
  const account = 'endless';
  const log = createLog('warn', { write: () => undefined });
  const template = { channel: 'messenger', account, ...nameOf(first), status: 'APPROVED' } as const;
  await putTemplate(db.database, { ...template, hash: Buffer.from('h') }, 1_000);
  const page = { status: 200, json: { data: [], paging: { cursors: { after: 'on' }, next: 'https://more.example' } } };
  graph.plays.push(...Array.from({ length: 100 }, () => page));
  const look = lookAtTemplates({ database: db.database, log }, place(account), [first], 2_000);
  await assert.rejects(look, { code: 'templates_unlisted' });
  assert.equal(await isApproved(db.database, template), true);
  assert.equal(graph.plays.length, 0);
});

const nameOf = ({ name, language }: TemplateDefinition) => ({ name, language });
