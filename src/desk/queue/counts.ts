import type { BankId, Clock } from '#base';
import { TEAMS, type Inbox, type Team } from '#contract';
import { sql, type ScopedDatabase, type Transaction } from '#db';
import { heldLate } from '../cases/case-row.ts';
import type { Staff } from '../staff-desk.ts';

/** How many open cases of a bank stand alike. */
interface Group {
  readonly team: string;
  readonly locale: string;
  /** For somebody of the team; also what somebody has had since before its promise was missed. */
  readonly isWaiting: boolean;
  readonly claimedBy: string | null;
  readonly cases: number;
}

/** The open cases of banks, counted: once for everybody of a bank who looks, and anew only the teams that have moved. */
export interface CountsOfBanks {
  /** As they stand now. */
  now(bankId: BankId): Promise<readonly Group[]>;
  /** Cases of these teams have come, gone or changed hands. */
  moved(bankId: BankId, teams: readonly Team[]): void;
}

/** What is kept of one bank. */
interface Kept {
  groups: readonly Group[];
  /** Teams that are to be counted anew. */
  readonly moved: Set<Team>;
  allReadMs: number;
  counting: Promise<void> | undefined;
}

/** After so long all teams are counted anew: other processes move cases too. */
const keptMs = 5000;

/** Makes the counts; none is kept yet. */
export function createCounts(desks: ScopedDatabase, clock: Pick<Clock, 'monotonicMs'>): CountsOfBanks {
  const banks = new Map<BankId, Kept>();
  const keptOf = (bankId: BankId): Kept => {
    const of = banks.get(bankId) ?? { groups: [], moved: new Set(), allReadMs: -Infinity, counting: undefined };
    banks.set(bankId, of);
    return of;
  };
  const read = async (bankId: BankId, of: Kept): Promise<void> => {
    const teams = [...of.moved];
    of.moved.clear();
    try {
      const counted = await desks.of(bankId).transaction(async (tx) => {
        const groups: Group[] = [];
        // A team at a time: each is short, and others have their turn in between.
        for (const team of teams) groups.push(...(await countTeam(tx, bankId, team)));
        return groups;
      });
      of.groups = [...of.groups.filter(({ team }) => !(teams as string[]).includes(team)), ...counted];
    } catch (error) {
      for (const team of teams) of.moved.add(team);
      throw error;
    }
  };
  /** One count at a time; whoever asks while one runs that has begun too early waits for the next. */
  const count = (bankId: BankId, of: Kept): Promise<void> => {
    of.counting ??= read(bankId, of).finally(() => {
      of.counting = undefined;
    });
    return of.counting;
  };
  return {
    now: async (bankId) => {
      const of = keptOf(bankId);
      const nowMs = clock.monotonicMs();
      if (nowMs - of.allReadMs >= keptMs) {
        of.allReadMs = nowMs;
        for (const team of TEAMS) of.moved.add(team);
      }
      if (of.counting) await of.counting;
      if (of.moved.size > 0) await count(bankId, of);
      return of.groups;
    },
    moved: (bankId, teams) => {
      const of = keptOf(bankId);
      for (const team of teams) of.moved.add(team);
    },
  };
}

const countTeam = (tx: Transaction, bankId: BankId, team: Team): Promise<Group[]> =>
  tx.query<Group>(sql`select team, locale, (state = 'waiting' or (${heldLate})) as "isWaiting", claimed_by as "claimedBy",
      count(*)::integer as cases
    from cases where bank_id = ${bankId} and state <> 'closed' and team = ${team}
    group by team, locale, "isWaiting", claimed_by`);

/** What of the counts one person sees: theirs, what waits for them, and all that they may see. */
export function countsFor({ staffId, teams, locales, role }: Staff, groups: readonly Group[]): Inbox['counts'] {
  const sum = (isMeant: (group: Group) => boolean): number =>
    groups.reduce((all, group) => all + (isMeant(group) ? group.cases : 0), 0);
  const ofTeams = ({ team }: Group): boolean => (teams as readonly string[]).includes(team);
  return {
    mine: sum((group) => group.claimedBy === staffId),
    waiting: sum((group) => {
      const { isWaiting, claimedBy, locale } = group;
      return isWaiting && claimedBy !== staffId && ofTeams(group) && (locales as readonly string[]).includes(locale);
    }),
    all: sum((group) => role === 'supervisor' || ofTeams(group) || group.claimedBy === staffId),
  };
}
