import { forgetOldSessions } from '#customers';
import type { Database } from '#db';
import type { HttpParts } from '#http';

const hourMs = 3_600_000;

/** Enforces how long things are kept: once after the start, then every hour. */
export function startChores(parts: HttpParts, database: Database): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const tidy = async (): Promise<void> => {
    const nowMs = parts.clock.nowMs();
    await parts.intake.tidy();
    await forgetOldSessions(database, nowMs);
    await parts.linking.tidy();
    await parts.vault.tidy(nowMs);
    await parts.delivery.tidy(nowMs);
  };
  const run = (): void => {
    running = tidy().catch((error: unknown) =>
      parts.log.warn({ err: error }, 'the hourly tidying failed and is tried again'),
    );
  };
  const first = setTimeout(run, 30_000);
  const timer = setInterval(run, hourMs);
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
