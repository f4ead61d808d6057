import type { BankId } from '#base';
import type { Inbox } from '#contract';
import { sql, type ScopedDatabase } from '#db';
import type { Staff } from '../staff-desk.ts';

/** How many open cases of a bank stand alike. */
interface Group {
  readonly team: string;
  readonly locale: string;
  readonly isWaiting: boolean;
  readonly claimedBy: string | null;
  readonly cases: number;
}

/** The open cases of banks, counted: once for everybody of a bank who looks. */
export interface CountsOfBanks {
  /** As they stand now. */
  now(bankId: BankId): Promise<readonly Group[]>;
}

/** Makes the counts. Whoever asks while they are being counted gets what is counted then. */
export function createCounts(desks: ScopedDatabase): CountsOfBanks {
  const counting = new Map<BankId, Promise<readonly Group[]>>();
  return {
    now: (bankId) => {
      const before = counting.get(bankId);
      if (before) return before;
      const counted = desks
        .of(bankId)
        .transaction((tx) =>
          tx.query<Group>(sql`select team, locale, state = 'waiting' as "isWaiting", claimed_by as "claimedBy",
              count(*)::integer as cases
            from cases where bank_id = ${bankId} and state <> 'closed'
            group by team, locale, state = 'waiting', claimed_by`),
        )
        .finally(() => counting.delete(bankId));
      counting.set(bankId, counted);
      return counted;
    },
  };
}

/** What of the counts one person sees: theirs, what waits for them, and all that they may see. */
export function countsFor({ staffId, teams, locales, role }: Staff, groups: readonly Group[]): Inbox['counts'] {
  const sum = (isMeant: (group: Group) => boolean): number =>
    groups.reduce((all, group) => all + (isMeant(group) ? group.cases : 0), 0);
  const ofTeams = ({ team }: Group): boolean => (teams as readonly string[]).includes(team);
  return {
    mine: sum((group) => group.claimedBy === staffId),
    waiting: sum((group) => group.isWaiting && ofTeams(group) && (locales as readonly string[]).includes(group.locale)),
    all: sum((group) => role === 'supervisor' || ofTeams(group) || group.claimedBy === staffId),
  };
}
