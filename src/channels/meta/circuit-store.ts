import { sql, type Queryable } from '#db';
import type { CircuitStore, Stopped } from './circuits.ts';
import type { MetaPlatform } from './errors.ts';

/** The circuits of one messenger in PostgreSQL, whose clock is the one that counts. */
export function circuitsIn(db: Queryable, channel: MetaPlatform): CircuitStore {
  return {
    all: () =>
      db.query<Stopped>(sql`
        select account, why, extract(epoch from until - clock_timestamp())::double precision * 1000 as "inMs"
        from channel_circuits where channel = ${channel}`),
    open: async (account, why, forMs) => {
      const [row] = await db.query<{ isNew: boolean }>(sql`
        with before as (select why from channel_circuits where channel = ${channel} and account = ${account})
        insert into channel_circuits (channel, account, why, until)
        values (${channel}, ${account}, ${why}, clock_timestamp() + ${forMs}::double precision * interval '1 millisecond')
        on conflict (channel, account) do update set why = excluded.why, until = excluded.until
        returning xmax = 0 or coalesce((select before.why from before) <> ${why}, false) as "isNew"`);
      return row?.isNew ?? false;
    },
    probe: async (account, forMs) => {
      const [row] = await db.query<{ isMine: boolean; isThere: boolean }>(sql`
        with mine as (
          update channel_circuits set until = clock_timestamp() + ${forMs}::double precision * interval '1 millisecond'
          where channel = ${channel} and account = ${account} and until <= clock_timestamp() returning 1)
        select exists (select from mine) as "isMine",
          exists (select from channel_circuits where channel = ${channel} and account = ${account}) as "isThere"`);
      if (row?.isMine) return 'mine';
      return row?.isThere ? 'not-yet' : 'gone';
    },
    close: async (account) => {
      const closed = await db.execute(sql`
        delete from channel_circuits where channel = ${channel} and account = ${account}`);
      return closed > 0;
    },
    keep: async (accounts) => {
      await db.execute(sql`
        delete from channel_circuits where channel = ${channel} and account <> all (${[...accounts]}::text[])`);
    },
  };
}
