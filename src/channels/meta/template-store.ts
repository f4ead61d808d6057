import { sql, type Queryable } from '#db';
import type { MetaPlatform } from './errors.ts';

/** A template as it stands at a messenger. */
export interface KeptTemplate {
  readonly channel: MetaPlatform;
  /** The page, or the business account, that it belongs to. */
  readonly account: string;
  readonly name: string;
  readonly language: string;
  /** In Meta's word: APPROVED, PENDING, REJECTED, PAUSED, DISABLED. */
  readonly status: string;
  /** Of the definition that it was made from. */
  readonly hash: Buffer;
}

/** Enters a template, or what has become of it. */
export async function putTemplate(db: Queryable, template: KeptTemplate, nowMs: number): Promise<void> {
  const { channel, account, name, language, status, hash } = template;
  await db.execute(sql`
    insert into channel_templates (channel, account, name, language, status, hash, updated_at)
    values (${channel}, ${account}, ${name}, ${language}, ${status}, ${hash}, ${new Date(nowMs)})
    on conflict (channel, account, name, language)
    do update set status = excluded.status, hash = excluded.hash, updated_at = excluded.updated_at`);
}

/** A template as it stood when it was read. */
export interface StoredTemplate extends KeptTemplate {
  readonly updatedAt: Date;
}

/** All templates that were made, by name. */
export async function templatesKept(db: Queryable): Promise<StoredTemplate[]> {
  return db.query<StoredTemplate>(sql`
    select channel, account, name, language, status, hash, date_trunc('milliseconds', updated_at) as "updatedAt"
    from channel_templates order by channel, account, name, language`);
}

/**
 * Enters how a messenger lists a template. What was made, changed or told of since `before` was read is newer than the
 * list, and stays. Answers whether it was entered.
 */
export async function templateListed(
  db: Queryable,
  template: KeptTemplate,
  before: StoredTemplate | undefined,
  nowMs: number,
): Promise<boolean> {
  const { channel, account, name, language, status, hash } = template;
  const now = new Date(nowMs);
  const entered = before
    ? await db.execute(sql`
        update channel_templates set status = ${status}, hash = ${hash}, updated_at = ${now}
        where channel = ${channel} and account = ${account} and name = ${name} and language = ${language}
          and status = ${before.status} and date_trunc('milliseconds', updated_at) = ${before.updatedAt}`)
    : await db.execute(sql`
        insert into channel_templates (channel, account, name, language, status, hash, updated_at)
        values (${channel}, ${account}, ${name}, ${language}, ${status}, ${hash}, ${now})
        on conflict (channel, account, name, language) do nothing`);
  return entered > 0;
}

/** Whether a template may be sent. */
export async function isApproved(
  db: Queryable,
  { channel, account, name, language }: Pick<KeptTemplate, 'channel' | 'account' | 'name' | 'language'>,
): Promise<boolean> {
  const [row] = await db.query<{ status: string }>(sql`
    select status from channel_templates
    where channel = ${channel} and account = ${account} and name = ${name} and language = ${language}`);
  return row?.status === 'APPROVED';
}

/**
 * A messenger says what has become of a template: its status is stored as it was said. Answers whether it is one
 * of ours.
 */
export async function templateHeard(
  db: Queryable,
  { channel, account, name, language, status }: Omit<KeptTemplate, 'hash'>,
  nowMs: number,
): Promise<boolean> {
  const changed = await db.execute(sql`
    update channel_templates set status = ${status.toUpperCase()}, updated_at = ${new Date(nowMs)}
    where channel = ${channel} and account = ${account} and name = ${name} and lower(language) = ${language.toLowerCase()}`);
  return changed > 0;
}
