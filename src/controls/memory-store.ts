import type { ActionId, LinkId } from '#base';
import type { ActionClaim, ActionStore, NewAction, Settling, Tell } from './action-store.ts';
import type { ActionState, BankAction, BankAsk, Settled } from './bank-action.ts';
import { isSettled } from './bank-action.ts';

interface Row extends NewAction {
  state: ActionState;
  isCalled: boolean;
  attempts: number;
  fence: number;
  leaseUntilMs: number;
  nextAtMs: number | null;
  tellAtMs: number | null;
  readonly requestedAtMs: number;
  settled?: Settled;
}

/** The model of the store, for the simulator; it passes the same sequences of commands as PostgreSQL (`action-store.test.ts`). */
export class MemoryActionStore implements ActionStore<undefined> {
  readonly rows = new Map<ActionId, Row>();
  readonly #tell: Tell<undefined>;

  constructor(tell: Tell<undefined>) {
    this.#tell = tell;
  }

  async put(_tx: undefined, action: NewAction, nowMs: number): Promise<number> {
    const before = [...this.rows.values()].filter((row) => row.linkId === action.linkId);
    const requestedAtMs = Math.max(nowMs, ...before.map((row) => row.requestedAtMs + 1));
    const row: Row = {
      ...action,
      state: 'requested',
      isCalled: false,
      attempts: 0,
      fence: 0,
      leaseUntilMs: nowMs,
      nextAtMs: nowMs,
      tellAtMs: null,
      requestedAtMs,
    };
    this.rows.set(action.actionId, row);
    await this.#tell(undefined, toldOf(row), true);
    return requestedAtMs;
  }

  async claim(nowMs: number, most: number, leaseMs: number): Promise<readonly ActionClaim[]> {
    const due = [...this.rows.values()]
      .filter(({ nextAtMs, leaseUntilMs }) => nextAtMs !== null && nextAtMs <= nowMs && leaseUntilMs <= nowMs)
      .toSorted((a, b) => a.requestedAtMs - b.requestedAtMs || (a.actionId < b.actionId ? -1 : 1))
      .slice(0, most);
    return due.map((row) => {
      const { actionId, linkId, bankId, state, isCalled, attempts, requestedAtMs } = row;
      row.fence += 1;
      row.attempts += 1;
      row.leaseUntilMs = nowMs + leaseMs;
      return {
        actionId,
        linkId,
        bankId,
        kind: row.ask.kind,
        state,
        fence: row.fence,
        isCalled,
        attempts,
        requestedAtMs,
      };
    });
  }

  async begin(claim: ActionClaim, nowMs: number, how: 'call' | 'ask'): Promise<BankAsk | undefined> {
    const row = this.#held(claim);
    if (!row || row.leaseUntilMs <= nowMs) return undefined;
    if (how === 'call') {
      row.isCalled = true;
      if (row.state === 'requested') {
        row.state = 'sent';
        await this.#tell(undefined, toldOf(row), false);
      }
    }
    return row.ask;
  }

  async settle(claim: ActionClaim, settling: Settling, nowMs: number): Promise<boolean> {
    const row = this.#held(claim);
    if (!row) return false;
    row.leaseUntilMs = nowMs;
    row.nextAtMs = settling.as === 'open' ? settling.nextAtMs : null;
    if (settling.as === 'settled') {
      row.settled = settling.settled;
      row.state = settling.settled.result;
      row.tellAtMs = null;
      await this.#tell(undefined, toldOf(row), false);
    }
    return true;
  }

  async markUnknown(
    nowMs: number,
    afterMs: number,
    most: number,
  ): Promise<readonly Pick<BankAction, 'actionId' | 'bankId'>[]> {
    const late = [...this.rows.values()]
      .filter(
        ({ state, requestedAtMs }) => (state === 'requested' || state === 'sent') && requestedAtMs + afterMs <= nowMs,
      )
      .toSorted((a, b) => a.requestedAtMs - b.requestedAtMs || (a.actionId < b.actionId ? -1 : 1))
      .slice(0, most);
    for (const row of late) {
      row.state = 'unknown';
      row.tellAtMs = nowMs;
    }
    return late.map(({ actionId, bankId }) => ({ actionId, bankId }));
  }

  async untold(nowMs: number, most: number): Promise<readonly LinkId[]> {
    const due = [...this.rows.values()].filter(({ tellAtMs }) => tellAtMs !== null && tellAtMs <= nowMs);
    const first = new Map<LinkId, number>();
    for (const { linkId, tellAtMs } of due)
      first.set(linkId, Math.min(first.get(linkId) ?? Infinity, tellAtMs ?? Infinity));
    return [...first.entries()]
      .toSorted(([a, aMs], [b, bMs]) => aMs - bMs || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([linkId]) => linkId);
  }

  async tellUnknown(linkId: LinkId, nowMs: number): Promise<void> {
    const ofLink = [...this.rows.values()].filter((row) => row.linkId === linkId && row.tellAtMs !== null);
    if (!ofLink.some(({ tellAtMs }) => tellAtMs !== null && tellAtMs <= nowMs)) return;
    const inOrder = ofLink.toSorted((a, b) => a.requestedAtMs - b.requestedAtMs || (a.actionId < b.actionId ? -1 : 1));
    for (const row of inOrder) {
      row.tellAtMs = null;
      await this.#tell(undefined, toldOf(row), false);
    }
  }

  async nextAtMs(unknownAfterMs: number): Promise<number | undefined> {
    const times = [...this.rows.values()].flatMap(({ state, nextAtMs, leaseUntilMs, requestedAtMs }) => [
      ...(nextAtMs === null ? [] : [Math.max(nextAtMs, leaseUntilMs)]),
      ...(state === 'requested' || state === 'sent' ? [requestedAtMs + unknownAfterMs] : []),
    ]);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Ends a link: what is kept of it is gone. */
  forget(linkId: NewAction['linkId']): void {
    for (const [actionId, row] of this.rows) if (row.linkId === linkId) this.rows.delete(actionId);
  }

  #held({ actionId, fence }: ActionClaim): Row | undefined {
    const row = this.rows.get(actionId);
    return row?.fence === fence && !isSettled(row.state) ? row : undefined;
  }
}

function toldOf({
  actionId,
  customerId,
  linkId,
  bankId,
  accountRef,
  ask,
  state,
  settled,
  messageId,
  requestedAtMs,
}: Row): BankAction {
  const of = { actionId, customerId, linkId, bankId, ask, state, messageId, requestedAtMs };
  return { ...of, ...(accountRef && { accountRef }), ...(settled && { settled }) };
}
