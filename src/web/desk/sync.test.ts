import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settle } from 'node:timers/promises';
import type { CaseBrief, CaseEntry, CaseView, DeskClientFrame, DeskServerFrame, Looked, StaffMe } from '#contract';
import { HubProblem, Refusal, type SocketHandlers } from '#web/hub';
import type { DeskHub, NewProposal, Said } from './hub.ts';
import { DeskSync } from './sync.ts';

const me: StaffMe = {
  name: 'agent-1',
  role: 'agent',
  bank: { id: 'citi', name: 'Citi' },
  teams: ['cards'],
  locales: ['en'],
  capacity: 5,
  budget: { used: 1, max: 40 },
  until: '2026-11-21T06:00:00.000Z',
};
const caseId = '0d9a4f5e-0000-4000-8000-000000000001';
const at = '2026-11-20T20:18:00.000Z';
const counts = { mine: 0, waiting: 1, all: 1 };
const brief = (more: Partial<CaseBrief> = {}): CaseBrief => ({
  caseId,
  number: 40_718,
  topic: 'card_arrival',
  team: 'cards',
  locale: 'en',
  priority: 'normal',
  state: 'waiting',
  openedAt: at,
  updatedAt: at,
  answerBy: '2026-11-20T20:27:00.000Z',
  unread: 0,
  ...more,
});
const said = (seq: number, text = `words ${seq}`, by?: string): CaseEntry => ({
  entry: 'said',
  seq,
  at,
  text,
  ...(by !== undefined && { by }),
});

/** A hub in memory: what it holds, what it was asked, and the socket that is open. */
class PlayedHub {
  entries: CaseEntry[] = [said(1)];
  cases: CaseBrief[] = [brief()];
  readonly sent: DeskClientFrame[] = [];
  readonly answers: Said[] = [];
  readonly proposed: string[] = [];
  shares: CaseView['shares'] = [];
  looked: Looked | undefined;
  /** What the next call of that name is answered with in place of its answer. */
  readonly fails = new Map<string, Error>();
  /** How often each was asked. */
  readonly asked = new Map<string, number>();
  #handlers: SocketHandlers<DeskServerFrame> | undefined;
  meAsked = 0;
  isSignedIn = true;

  readonly hub = {
    isSignedIn: () => this.#answer('isSignedIn', () => this.isSignedIn),
    me: () => this.#answer('me', () => ((this.meAsked += 1), me)),
    inbox: () => this.#answer('inbox', () => ({ cases: this.cases, counts })),
    open: () =>
      this.#answer('open', (): CaseView => {
        const question = { sortedAs: 'card_arrival', tried: [] };
        const lastSeq = this.entries.length;
        return {
          brief: brief({ state: 'claimed', claimedBy: 'agent-1' }),
          question,
          entries: this.entries,
          lastSeq,
          shares: this.shares,
          earlier: [],
        };
      }),
    entries: (_: string, after: number) => this.#answer('entries', () => this.entries.filter(({ seq }) => seq > after)),
    say: (_: string, _as: string, words: Said) =>
      this.#answer('say', () => {
        this.answers.push(words);
        const entry = said(this.entries.length + 1, words.text, 'agent-1');
        this.entries.push(entry);
        return entry;
      }),
    propose: (_: string, { clientId }: NewProposal & { readonly clientId: string }) => {
      this.proposed.push(clientId);
      return this.#answer('propose', () => said(this.entries.length + 1, 'a proposal', 'agent-1'));
    },
    look: () => this.#answer('look', () => this.looked),
    claim: () => this.#answer('claim', () => undefined),
    move: () => this.#answer('move', () => brief({ state: 'claimed', claimedBy: 'agent-1' })),
    connect: (handlers: SocketHandlers<DeskServerFrame>) => {
      this.#handlers = handlers;
      queueMicrotask(handlers.opened);
      return { send: (frame: DeskClientFrame) => this.sent.push(frame), close: () => undefined };
    },
  } as Partial<DeskHub> as DeskHub;

  async #answer<Answer>(name: string, answer: () => Answer): Promise<Answer> {
    this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
    const error = this.fails.get(name);
    this.fails.delete(name);
    if (error) throw error;
    return answer();
  }

  tell(frame: DeskServerFrame): void {
    this.#handlers?.frame(frame);
  }

  greet(): void {
    this.tell({ frame: 'hello', me, counts });
  }

  cut(): void {
    this.#handlers?.closed(1006);
  }
}

/** Time that passes only when it is told to. */
function playedTime() {
  let nowMs = Date.parse(at);
  let waiting: { atMs: number; task: () => void }[] = [];
  let ids = 0;
  let present = true;
  return {
    around: {
      nowMs: () => nowMs,
      after: (ms: number, task: () => void) => {
        const one = { atMs: nowMs + ms, task };
        waiting.push(one);
        return () => {
          waiting = waiting.filter((other) => other !== one);
        };
      },
      random: () => 0.5,
      newId: () => `id-${(ids += 1)}`,
      visible: () => present,
    },
    leave: () => (present = false),
    come: () => (present = true),
    async pass(ms: number): Promise<void> {
      nowMs += ms;
      const due = waiting.filter((one) => one.atMs <= nowMs);
      waiting = waiting.filter((one) => one.atMs > nowMs);
      for (const { task } of due) task();
      await settle();
    },
  };
}

async function desk() {
  const hub = new PlayedHub();
  const { around, ...time } = playedTime();
  const sync = new DeskSync(hub.hub, around);
  sync.start();
  await settle();
  hub.greet();
  sync.show('all');
  await settle();
  return { hub, sync, ...time };
}

async function openedDesk() {
  const played = await desk();
  await played.sync.open(caseId);
  await settle();
  return played;
}

const texts = (sync: DeskSync): string[] =>
  (sync.snapshot().opened?.entries ?? []).map((entry) => (entry.entry === 'said' ? entry.text : entry.entry));
const refusal = (code: string, status = 409): Refusal => new Refusal(status, { code, message: 'No.' });

test('after a lost connection nothing is missing and nothing is shown twice', async () => {
  const { hub, sync, pass } = await openedDesk();
  hub.cut();
  hub.entries.push(said(2), said(3));
  await pass(400);
  hub.greet();
  await settle();
  // The same comes by the socket too, once for each way.
  hub.tell({ frame: 'entries', caseId, entries: [said(2), said(3), said(4)] });
  assert.deepEqual(texts(sync), ['words 1', 'words 2', 'words 3', 'words 4']);
  assert.deepEqual(
    hub.sent.filter(({ frame }) => frame === 'open').map((frame) => 'after' in frame && frame.after),
    [1, 1],
  );
});

test('a look that has run out is taken again by whoever is at the page, and by nobody when nobody is', async () => {
  const { hub, sync, leave, come } = await openedDesk();
  leave();
  hub.entries.push(said(2));
  hub.tell({ frame: 'look-over', caseId });
  await settle();
  assert.equal(hub.asked.get('open'), 1, 'nobody looks');
  come();
  hub.fails.set('entries', refusal('case_not_opened'));
  sync.wake();
  await settle();
  assert.deepEqual([hub.asked.get('open'), ...texts(sync)], [2, 'words 1', 'words 2']);
  assert.deepEqual(hub.sent.at(-2), { frame: 'open', caseId, after: 2 }, 'what comes is sent again');
  hub.entries.push(said(3));
  hub.tell({ frame: 'look-over', caseId });
  await settle();
  assert.deepEqual([hub.asked.get('open'), texts(sync).at(-1)], [3, 'words 3']);
});

test('a case that is nobody’s to see any more is not asked for again', async () => {
  for (const [code, status] of [
    ['case_unknown', 404],
    ['link_ended', 410],
  ] as const) {
    const { hub, sync, pass } = await openedDesk();
    hub.fails.set('entries', refusal(code, status));
    sync.wake();
    await settle();
    for (let n = 0; n < 3; n += 1) await pass(10_000);
    assert.deepEqual([hub.asked.get('entries'), sync.snapshot().opened?.trouble?.code], [1, 'case_gone']);
  }
});

test('entries that skip one are held back, and what is missing is asked for', async () => {
  const { hub, sync } = await openedDesk();
  hub.entries.push(said(2), said(3));
  hub.tell({ frame: 'entries', caseId, entries: [said(3)] });
  assert.deepEqual(texts(sync), ['words 1']);
  await settle();
  assert.deepEqual(texts(sync), ['words 1', 'words 2', 'words 3']);
});

test('a connection that heals soon is never spoken of; one that does not is, once', async () => {
  const { hub, sync, pass } = await desk();
  const offline: boolean[] = [];
  sync.subscribe(() => {
    const now = sync.snapshot().offline;
    if (offline.at(-1) !== now) offline.push(now);
  });
  hub.cut();
  await pass(400);
  hub.greet();
  assert.deepEqual(offline, [false]);
  hub.fails.set('me', new HubProblem());
  hub.cut();
  for (let waits = 0; waits < 6; waits += 1) {
    hub.fails.set('me', new HubProblem());
    await pass(2600);
  }
  assert.deepEqual(offline, [false, true]);
  hub.fails.clear();
  await pass(20_000);
  hub.greet();
  assert.deepEqual(offline, [false, true, false]);
});

test('an answer that is refused because somebody answered meanwhile stays written, and what came is fetched', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'Mine');
  hub.entries.push(said(2, 'Theirs', 'agent-2'));
  hub.fails.set('say', refusal('answer_collides'));
  assert.equal(await sync.say('answer'), false);
  await settle();
  assert.equal(sync.draft(caseId).answer, 'Mine');
  assert.equal(sync.snapshot().opened?.trouble?.code, 'answer_collides');
  assert.deepEqual(texts(sync), ['words 1', 'Theirs']);
  assert.equal(await sync.say('answer'), true);
  assert.deepEqual(
    hub.answers.map(({ seenSeq }) => seenSeq),
    [2],
  );
  assert.equal(sync.draft(caseId).answer, '');
});

test('a case is closed up to what is shown of it; what the customer wrote meanwhile is fetched instead', async () => {
  const { hub, sync } = await openedDesk();
  const seen: number[] = [];
  hub.entries.push(said(2, 'wait'));
  const refused = sync.move((_, seenSeq) => {
    seen.push(seenSeq);
    return Promise.reject(refusal('customer_wrote'));
  });
  assert.equal(await refused, false);
  await settle();
  assert.deepEqual(seen, [1]);
  assert.deepEqual(texts(sync), ['words 1', 'wait']);
});

test('what is sent while something else is asked of the hub is sent too, once, and what is written on meanwhile stays', async () => {
  const { hub, sync } = await openedDesk();
  hub.looked = { field: 'accounts', at, accounts: [] };
  sync.write(caseId, 'answer', 'One.');
  const looking = sync.look({ field: 'accounts', reason: 'answer-question' });
  const [first, again] = [sync.say('answer'), sync.say('answer')];
  await Promise.resolve();
  sync.write(caseId, 'answer', 'One. And more');
  await looking;
  assert.deepEqual([await first, await again, sync.draft(caseId).answer], [true, false, 'And more']);
  await Promise.all([sync.say('answer'), sync.say('answer')]);
  assert.deepEqual(
    hub.answers.map(({ text }) => text),
    ['One.', 'And more'],
  );
});

test('whoever is not signed in is asked and not refused', async () => {
  const hub = new PlayedHub();
  hub.isSignedIn = false;
  const sync = new DeskSync(hub.hub, playedTime().around);
  sync.start();
  await settle();
  assert.deepEqual([sync.snapshot().phase, hub.meAsked], ['signed-out', 0]);
});

test('the same words go under the same client id until they are said or changed', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'Once');
  hub.fails.set('say', new HubProblem());
  await sync.say('answer');
  assert.equal(sync.snapshot().opened?.trouble?.code, 'no_answer');
  await sync.say('answer');
  sync.write(caseId, 'answer', 'Another');
  await sync.say('answer');
  assert.deepEqual(
    hub.answers.map(({ text, clientId }) => [text, clientId]),
    [
      ['Once', 'id-1'],
      ['Another', 'id-2'],
    ],
  );
});

test('an answer that seemed lost and comes back by the socket is no longer waiting to be sent', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'It arrived');
  hub.fails.set('say', new HubProblem());
  await sync.say('answer');
  hub.tell({ frame: 'entries', caseId, entries: [said(2, 'It arrived', 'agent-1')] });
  assert.equal(sync.draft(caseId).answer, '');
});

test('drafts are kept by case while the page lives, and notes apart from answers', async () => {
  const { sync } = await openedDesk();
  sync.write(caseId, 'answer', 'For the customer');
  sync.write(caseId, 'note', 'For us');
  sync.shut();
  await sync.open(caseId);
  assert.deepEqual(sync.draft(caseId), { answer: 'For the customer', note: 'For us' });
});

test('who is signed out keeps nothing: no case, no row, no draft', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'Secret');
  hub.tell({ frame: 'ended' });
  const { phase, opened, cases } = sync.snapshot();
  assert.deepEqual([phase, opened, cases, sync.draft(caseId).answer], ['ended', undefined, [], '']);
});

test('a session that ended while the connection was lost is said to have ended, and is not asked for again', async () => {
  const { hub, sync, pass } = await desk();
  hub.fails.set('me', refusal('staff_no_session', 401));
  hub.cut();
  await pass(400);
  assert.equal(sync.snapshot().phase, 'ended');
  const asked = hub.meAsked;
  await pass(60_000);
  assert.equal(hub.meAsked, asked);
});

test('a new fraud case is announced assertively and stands first; another one only takes its place', async () => {
  const { hub, sync } = await desk();
  const fraud = brief({ caseId: `${caseId.slice(0, -1)}2`, number: 2, priority: 'fraud' });
  hub.tell({ frame: 'case', case: brief({ caseId: `${caseId.slice(0, -1)}3`, number: 3 }), counts });
  assert.equal(sync.snapshot().announcement, undefined);
  hub.tell({ frame: 'case', case: fraud, counts });
  assert.deepEqual(sync.snapshot().announcement, { number: 1, urgent: true, what: 'fraud-waits', of: 2 });
  assert.deepEqual(
    sync.snapshot().cases.map(({ number }) => number),
    [2, 3, 40_718],
  );
});

test('a case that no longer belongs to the view leaves it, and one that is gone cannot be worked on', async () => {
  const { hub, sync } = await openedDesk();
  sync.show('waiting');
  await settle();
  hub.tell({ frame: 'case', case: brief({ state: 'claimed', claimedBy: 'agent-2' }), counts });
  assert.deepEqual(sync.snapshot().cases, []);
  hub.tell({ frame: 'case', case: brief(), counts, gone: true });
  assert.equal(sync.snapshot().opened?.trouble?.code, 'case_gone');
});

/** A case that is open and shown, with something looked at and something written. */
async function workedOn() {
  const all = await openedDesk();
  const looked: Looked = { field: 'balances', at, balances: [] };
  all.hub.shares = [{ field: 'balances', shared: true }];
  all.hub.tell({ frame: 'case', case: brief({ state: 'claimed' }), counts, shares: all.hub.shares });
  all.hub.looked = looked;
  await all.sync.look({ field: 'balances', reason: 'check-balance' });
  all.sync.write(caseId, 'answer', 'Half an answer');
  return all;
}

test('nothing of a case that is gone, or closed, stays on the desk', async () => {
  const lost = await workedOn();
  lost.hub.tell({ frame: 'case', case: brief(), counts, gone: true });
  const { opened } = lost.sync.snapshot();
  assert.deepEqual([opened?.view, opened?.entries, opened?.looked], [undefined, [], {}]);
  assert.equal(lost.sync.draft(caseId).answer, '');

  const closed = await workedOn();
  closed.hub.tell({ frame: 'case', case: brief({ state: 'closed' }), counts });
  closed.hub.tell({
    frame: 'entries',
    caseId,
    entries: [{ entry: 'happened', what: 'closed', by: 'agent-2', seq: 2, at }, said(3, 'late words')],
  });
  const left = closed.sync.snapshot().opened;
  assert.deepEqual(
    left?.entries.map((entry) => entry.entry),
    ['happened'],
  );
  assert.deepEqual(
    [left?.looked, left?.view?.question.asked, left?.view?.shares],
    [{}, undefined, [{ field: 'balances', shared: false }]],
  );
  assert.equal(closed.hub.asked.get('entries') ?? 0, 0);
});

test('a closed case that is opened again is looked at anew by who opened it, and by nobody else', async () => {
  for (const [name, opened] of [
    ['agent-1', 2],
    ['agent-2', 1],
  ] as const) {
    const { hub, sync } = await workedOn();
    hub.tell({ frame: 'case', case: brief({ state: 'closed' }), counts });
    hub.tell({ frame: 'case', case: brief({ state: 'claimed', claimedBy: name }), counts });
    await settle();
    assert.equal(hub.asked.get('open') ?? 0, opened);
    assert.equal(sync.snapshot().opened?.view !== undefined, name === 'agent-1');
  }
});

test('what the customer shares is shown at once, and what they share no more is forgotten', async () => {
  const { hub, sync } = await workedOn();
  assert.ok(sync.snapshot().opened?.looked.balances);
  hub.tell({
    frame: 'case',
    case: brief({ state: 'claimed' }),
    counts,
    shares: [{ field: 'balances', shared: false }],
  });
  assert.deepEqual(sync.snapshot().opened?.looked, {});
  assert.deepEqual(sync.snapshot().opened?.view?.shares, [{ field: 'balances', shared: false }]);
});

test('typing is told once, ends by itself, and one’s own is not shown', async () => {
  const { hub, sync, pass } = await openedDesk();
  for (const text of ['H', 'He', 'Hello']) sync.write(caseId, 'answer', text);
  await pass(5000);
  const told = hub.sent.filter((frame) => frame.frame === 'typing').map((frame) => 'on' in frame && frame.on);
  assert.deepEqual(told, [true, false]);
  hub.tell({ frame: 'typing', caseId, by: 'agent-1', on: true });
  hub.tell({ frame: 'typing', caseId, by: 'agent-2', on: true });
  hub.tell({ frame: 'typing', caseId, on: true });
  const { typing, customerTyping } = sync.snapshot().opened ?? {};
  assert.deepEqual([typing, customerTyping], [['agent-2'], true]);
});

test('being here is told while somebody presses something, once a minute, and by nothing that the page does', async () => {
  const { hub, sync, pass } = await openedDesk();
  const told = (): number => hub.sent.filter(({ frame }) => frame === 'here').length;
  sync.wake();
  await pass(120_000);
  assert.equal(told(), 0);
  for (let n = 0; n < 3; n += 1) sync.here();
  await pass(60_000);
  sync.here();
  assert.equal(told(), 2);
});

test('a case that was closed before it was opened here is taken up again and then opened', async () => {
  const { hub, sync } = await desk();
  hub.cases = [brief({ state: 'closed' })];
  sync.show('closed');
  await settle();
  assert.equal(sync.snapshot().cases.length, 1);
  hub.fails.set('open', refusal('case_closed', 410));
  await sync.open(caseId);
  assert.equal(sync.snapshot().opened?.view, undefined);
  await sync.reopen();
  assert.deepEqual([hub.asked.get('move'), texts(sync)], [1, ['words 1']]);
});

test('a proposal that was not answered goes again under its own id, and a new one under another', async () => {
  const { hub, sync } = await openedDesk();
  hub.fails.set('propose', new HubProblem());
  assert.equal(await sync.propose({ action: 'freeze' }), false);
  assert.equal(await sync.propose({ action: 'freeze' }), true);
  assert.equal(await sync.propose({ action: 'freeze' }), true);
  const [first, again, other] = hub.proposed;
  assert.equal(first, again);
  assert.notEqual(again, other);
});

test('a word that is no answer yet says so', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'One moment');
  assert.equal(await sync.say('answer', { keepsTurn: true }), true);
  sync.write(caseId, 'answer', 'Here it is');
  assert.equal(await sync.say('answer'), true);
  assert.deepEqual(
    hub.answers.map(({ keepsTurn }) => keepsTurn),
    [true, undefined],
  );
});

test('what was pressed is said as it was pressed, whichever case is open by its turn and whatever is written since', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'note', 'For us');
  sync.write(caseId, 'answer', 'One momnt');
  const note = sync.say('note');
  const answer = sync.say('answer', { keepsTurn: true });
  sync.write(caseId, 'answer', 'One moment');
  sync.shut();
  assert.deepEqual([await note, await answer], [true, true]);
  assert.deepEqual(
    hub.answers.map(({ text, keepsTurn, seenSeq }) => [text, keepsTurn, seenSeq]),
    [
      ['For us', undefined, 1],
      ['One momnt', true, 1],
    ],
  );
  assert.equal(sync.draft(caseId).answer, 'One moment', 'what was corrected since was not said');
});

test('words written before those that are on their way are kept, and those are not said twice', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'your card is on its way');
  const first = sync.say('answer');
  sync.write(caseId, 'answer', 'Good news: your card is on its way');
  await first;
  assert.equal(sync.draft(caseId).answer, 'Good news:');
  assert.equal(hub.answers.length, 1);
});

test('what could not be said while another case is open is named there, and what went on from it is not said alone', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'One.');
  hub.fails.set('say', refusal('answer_collides'));
  const first = sync.say('answer');
  sync.write(caseId, 'answer', 'One. Two.');
  const second = sync.say('answer');
  await sync.open(`${caseId.slice(0, -1)}2`);
  assert.deepEqual([await first, await second, hub.answers.length], [false, false, 0]);
  const { trouble } = sync.snapshot().opened ?? {};
  assert.deepEqual([trouble?.code, trouble?.number], ['not_said', 40_718]);
  assert.equal(sync.draft(caseId).answer, 'One. Two.');
});

test('the same words that keep the turn go under another client id than the answer that seemed lost', async () => {
  const { hub, sync } = await openedDesk();
  sync.write(caseId, 'answer', 'Soon');
  hub.fails.set('say', new HubProblem());
  await sync.say('answer');
  await sync.say('answer', { keepsTurn: true });
  assert.deepEqual(
    hub.answers.map(({ clientId, keepsTurn }) => [clientId, keepsTurn]),
    [['id-2', true]],
  );
});

test('a missed promise is said to a supervisor once, though its case stands in no row that is shown', async () => {
  const { hub, sync } = await desk();
  sync.show('mine');
  await settle();
  hub.tell({ frame: 'hello', me: { ...me, role: 'supervisor' }, counts });
  const late = brief({ state: 'claimed', claimedBy: 'agent-2', late: true });
  for (let n = 0; n < 3; n += 1) hub.tell({ frame: 'case', case: late, counts });
  assert.equal(sync.snapshot().announcement?.number, 1);
  hub.tell({ frame: 'case', case: { ...late, answerBy: '2026-11-20T21:00:00.000Z' }, counts });
  assert.equal(sync.snapshot().announcement?.number, 2, 'another promise');
});

test('a case whose promise was missed is up for anybody, and its supervisor hears of it once', async () => {
  const { hub, sync } = await desk();
  sync.show('waiting');
  await settle();
  const held = brief({ state: 'claimed', claimedBy: 'agent-2' });
  hub.tell({ frame: 'case', case: held, counts });
  assert.equal(sync.snapshot().cases.length, 0, 'somebody has it');
  hub.tell({ frame: 'case', case: { ...held, late: true }, counts });
  assert.equal(sync.snapshot().cases.length, 1);
  assert.equal(sync.snapshot().announcement, undefined, 'an agent sees it in the list');
  hub.tell({ frame: 'hello', me: { ...me, role: 'supervisor' }, counts });
  hub.tell({ frame: 'case', case: held, counts });
  for (let n = 0; n < 2; n += 1) hub.tell({ frame: 'case', case: { ...held, late: true }, counts });
  assert.deepEqual(sync.snapshot().announcement, { number: 1, urgent: false, what: 'late', of: 40_718 });
});

test('nothing to take is said, and opens nothing', async () => {
  const { sync } = await desk();
  assert.equal(await sync.claim(), undefined);
  assert.equal(sync.snapshot().trouble?.code, 'nothing_to_claim');
});
