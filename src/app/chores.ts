import { forgetOldSessions } from '#customers';
import type { Database } from '#db';
import type { HttpParts } from '#http';

/** Enforces how long things are kept. */
export async function tidy(parts: HttpParts, database: Database): Promise<void> {
  const nowMs = parts.clock.nowMs();
  await parts.intake.tidy();
  await forgetOldSessions(database, nowMs);
  await parts.staffSignIn.tidy();
  await parts.operator.tidy();
  await parts.linking.tidy();
  await parts.controls.tidy();
  await parts.desk.tidy();
  await parts.following.tidy();
  await parts.vault.tidy(nowMs);
  await parts.delivery.tidy(nowMs);
  await parts.pictures.tidy(nowMs);
  await parts.email.tidy(nowMs);
  await parts.receiving.tidy(nowMs);
}
