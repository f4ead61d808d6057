import type { BankId, Clock, Log, Meter, Random } from '#base';
import type { BankFace, Team } from '#contract';
import type { Controls } from '#controls';
import type { Database, ScopedDatabase } from '#db';
import type { Delivery } from '#delivery';
import type { Linking } from '#linking';
import type { Vault } from '#vault';
import type { CaseRow } from './cases/case-row.ts';
import type { DeskOutlets } from './outlets.ts';
import type { Forecasts } from './queue/forecasts.ts';
import type { TellCustomer } from './tell-customer.ts';

/** What the desk works with. */
export interface DeskGiven {
  /** The hub's own role: whatever writes to the conversation too. */
  readonly database: Database;
  /** What staff read runs as a role that sees rows of their bank alone. */
  readonly desks: ScopedDatabase;
  readonly vault: Vault;
  readonly delivery: Pick<Delivery, 'outlets'>;
  readonly linking: Pick<Linking, 'balances' | 'accountsAtBank'>;
  readonly controls: {
    readonly cards: Pick<Controls['cards'], 'listEntered'>;
    readonly disputes: Pick<Controls['disputes'], 'ofLink'>;
  };
  readonly tell: TellCustomer;
  /** The banks' faces. */
  readonly faces: () => readonly BankFace[];
  readonly clock: Clock;
  readonly random: Random;
  /** How often it is looked for what other processes did; `limits.deskLookMs` unless given, for a test. */
  readonly lookMs?: number;
  readonly log: Log;
  readonly meter?: Meter;
}

/** How a case was before it changed, as far as it is known; `shares`: what its customer shares may have changed too. */
export type CaseBefore = Partial<Pick<CaseRow, 'team' | 'claimedBy'>> & { readonly shares?: boolean };

/** The same with what the desk keeps in memory. */
export interface DeskParts extends DeskGiven {
  readonly outlets: DeskOutlets;
  readonly forecasts: Forecasts;
  /**
   * A case has changed: desks that may see it are told, soon; those that could before are told that it is gone, and get
   * nothing more of it from now on.
   */
  changed(row: CaseRow, before: CaseBefore): void;
  /** Desks of this process were shown these rows: when another process moves one out of sight, they are told. */
  listed(rows: readonly CaseRow[]): void;
  /** Whether the desks of this process know a case as this row has it. */
  isTold(row: CaseRow): boolean;
  /** A bank's queue has moved: waits are foreseen anew and the places of these teams are looked at, soon. */
  moved(bankId: BankId, teams: readonly Team[]): void;
}
