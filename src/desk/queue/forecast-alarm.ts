import type { BankId } from '#base';
import { sql } from '#db';
import type { DeskGiven } from '../parts.ts';
import { cameWithin, type ToldWait } from './telling-time.ts';

/** So many waits are looked at, and one alarm an hour is enough of the same. */
const lookedAt = 50;
const alarmAgainMs = 3_600_000;

/** Looks, as waits come to their end, whether what was told has been wrong more often than right of late. */
export function createForecastAlarm({ database, clock, log }: DeskGiven): { look(bankId: BankId): void } {
  const saidMs = new Map<BankId, number>();
  const look = async (bankId: BankId): Promise<void> => {
    const nowMs = clock.nowMs();
    if (nowMs - (saidMs.get(bankId) ?? -alarmAgainMs) < alarmAgainMs) return;
    const waits = await database.query<ToldWait & { readonly came: number }>(sql`
      select told_seconds as seconds, told_from_seconds as "fromSeconds", told_to_seconds as "toSeconds",
        extract(epoch from came_at - told_at)::double precision as came from desk_waits
      where bank_id = ${bankId} and came_at is not null and not while_closed order by came_at desc limit ${lookedAt}`);
    const wrong = waits.filter(({ came, ...told }) => !cameWithin(told, came)).length;
    if (waits.length < lookedAt || wrong * 2 <= lookedAt) return;
    saidMs.set(bankId, nowMs);
    log.warn(
      { alarm: 'desk_forecast_off', bank: bankId, waits: waits.length, wrong },
      'what those who wait are told does not come true',
    );
  };
  return {
    look: (bankId) =>
      void look(bankId).catch((error: unknown) =>
        log.warn({ err: error, bank: bankId }, 'waits could not be looked at'),
      ),
  };
}
