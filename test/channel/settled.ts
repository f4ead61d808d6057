import { sql } from '#db';
import type { TestHub } from '../hub.ts';
import { until } from '../until.ts';

/** Waits until nothing that came in waits to be worked through, and nothing that was answered waits to be brought. */
export async function settledHub({ db }: Pick<TestHub, 'db'>): Promise<void> {
  await until('everything to be worked through and brought', async () => {
    const [row] = await db.database.query<{ open: bigint }>(sql`
      select (select count(*) from channel_inbox) + (select count(*) from turns)
        + (select count(*) from deliveries where state in ('waiting', 'attempted', 'unknown')) as open`);
    return Number(row?.open) === 0;
  });
}
