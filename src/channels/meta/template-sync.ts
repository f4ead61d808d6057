import { createHash } from 'node:crypto';
import { canonicalJson, TellerlineError, type Log } from '#base';
import type { Queryable } from '#db';
import { fieldsOf, idOf, listOf, textOf, type Fields } from './fields.ts';
import { codeOf, type MetaPlatform } from './errors.ts';
import type { Graph } from './graph.ts';
import type { TemplateDefinition } from './templates.ts';
import {
  putTemplate,
  templateHeard,
  templateListed,
  templatesKept,
  type KeptTemplate,
  type StoredTemplate,
} from './template-store.ts';

/** Where templates are kept in step. */
export interface TemplatePlace {
  readonly channel: MetaPlatform;
  /** The page, or the business account. */
  readonly account: string;
  readonly accessToken: string;
  readonly graph: Graph;
}

/** What was done about one template. */
export interface TemplateDone {
  readonly name: string;
  readonly language: string;
  /** `found`: it says there what it is to say, and was not known here. */
  readonly done: 'made' | 'changed' | 'found' | 'kept' | 'failed';
  /** As it stands at the messenger afterwards; of what failed a code. */
  readonly status: string;
}

/** Pages of a hundred: far more than a page or a business has templates. A list that still goes on is not believed. */
const pagesMax = 100;

/**
 * Makes each template that the messenger does not have, changes those whose text is another than it is to be, and
 * enters how they stand. What says there already what it is to say is only taken note of, for whatever is changed is
 * looked at by the messenger anew and may not be sent meanwhile. What is there and is none of ours is left alone.
 *
 * @throws TellerlineError `templates_unlisted`
 */
export async function syncTemplates(
  db: Queryable,
  place: TemplatePlace,
  catalogue: readonly TemplateDefinition[],
  nowMs: number,
): Promise<TemplateDone[]> {
  const { channel, account } = place;
  const kept = await keptAt(db, place);
  const there = await listed(place);
  const done: TemplateDone[] = [];
  for (const proposed of catalogue) {
    const { name, language } = proposed;
    const hash = hashOf(proposed);
    const isSame = (one: { readonly name: string; readonly language: string }): boolean =>
      one.name === name && one.language === language;
    const at = there.find(isSame);
    const before = kept.find(isSame);
    const result = await bring(place, proposed, at, before?.hash.equals(hash) ?? false);
    done.push({ name, language, ...result });
    if (result.done === 'failed') continue;
    const template: KeptTemplate = { channel, account, name, language, status: result.status, hash };
    if (result.done === 'made' || result.done === 'changed') await putTemplate(db, template, nowMs);
    else await templateListed(db, template, before, nowMs);
  }
  return done;
}

/** Read before the messenger is asked: what changes while it answers is newer than its list. */
async function keptAt(db: Queryable, { channel, account }: TemplatePlace): Promise<StoredTemplate[]> {
  return (await templatesKept(db)).filter((one) => one.channel === channel && one.account === account);
}

const hashOf = (proposed: TemplateDefinition): Buffer => createHash('sha256').update(canonicalJson(proposed)).digest();

/** What looking at templates works with. */
interface TemplateParts {
  readonly database: Queryable;
  readonly log: Log;
}

/** A template that is gone may not be sent any more; Meta has no word for it. */
const gone = 'DELETED';

/**
 * Asks how the templates stand, for the case that what the messenger told of it never came, and changes nothing
 * there. Those that are known are entered as they stand now; what says exactly what one of ours is to say becomes
 * known, as after a database was made anew.
 *
 * @throws TellerlineError `templates_unlisted`
 */
export async function lookAtTemplates(
  parts: TemplateParts,
  place: TemplatePlace,
  catalogue: readonly TemplateDefinition[],
  nowMs: number,
): Promise<void> {
  const { channel, account } = place;
  const kept = await keptAt(parts.database, place);
  const there = await listed(place);
  for (const before of kept) {
    const { name, language, hash } = before;
    const status = there.find((one) => one.name === name && one.language === language)?.status ?? gone;
    if (status === before.status) continue;
    const template = { channel, account, name, language, status, hash };
    if (await templateListed(parts.database, template, before, nowMs)) alarmIfOver(parts.log, template);
  }
  for (const proposed of catalogue) {
    const { name, language } = proposed;
    const isSame = (one: { readonly name: string; readonly language: string }): boolean =>
      one.name === name && one.language === language;
    const at = there.find(isSame);
    if (!at || kept.some(isSame) || !saysTheSame(at.content, proposed)) continue;
    const template = { channel, account, name, language, status: at.status, hash: hashOf(proposed) };
    await templateListed(parts.database, template, undefined, nowMs);
  }
}

/** States of a template in which it is not sent any more. */
const over: ReadonlySet<string> = new Set(['REJECTED', 'PAUSED', 'DISABLED', gone]);

/** Enters what the messenger says of a template. One of ours that may not be sent any more is an alarm. */
export async function templateSaid(
  { database, log }: TemplateParts,
  said: Omit<KeptTemplate, 'hash'>,
  nowMs: number,
): Promise<void> {
  if (await templateHeard(database, said, nowMs)) alarmIfOver(log, said);
}

function alarmIfOver(log: Log, { channel, name: template, status }: Omit<KeptTemplate, 'hash'>): void {
  if (over.has(status.toUpperCase()))
    log.warn({ channel, template, status, alarm: 'template_over' }, 'a message template may not be sent any more');
}

interface Listed {
  /** Category and parts, as the messenger lists them. */
  readonly content: Fields;
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
}

async function bring(
  place: TemplatePlace,
  proposed: TemplateDefinition,
  at: Listed | undefined,
  isAsBefore: boolean,
): Promise<Pick<TemplateDone, 'done' | 'status'>> {
  if (at && isAsBefore) return { done: 'kept', status: at.status };
  if (at && saysTheSame(at.content, proposed)) return { done: 'found', status: at.status };
  const { accessToken, graph, account } = place;
  const path = at ? at.id : `${account}/message_templates`;
  // Meta: a template is changed at its own id; name and language stay.
  const { name: _name, language: _language, ...content } = proposed;
  const result = await graph.call({ method: 'POST', path, accessToken, body: at ? content : proposed });
  if (result.got !== 'answer') return { done: 'failed', status: result.got === 'unknown' ? result.code : result.got };
  if (result.answer.kind === 'error') return { done: 'failed', status: codeOf(result.answer.error) };
  const status = textOf(fieldsOf(result.json)?.['status'])?.toUpperCase() ?? 'PENDING';
  return { done: at ? 'changed' : 'made', status };
}

/**
 * Whether a template that is listed says what is proposed. Examples do not count: only those who decide about it see
 * them, and the list leaves them out or puts them otherwise.
 */
function saysTheSame(listedContent: Fields, proposed: TemplateDefinition): boolean {
  return canonicalJson(saidBy(listedContent)) === canonicalJson(saidBy({ ...proposed }));
}

function saidBy(of: { readonly [field: string]: unknown }): object {
  const textIn = (fields: Fields | undefined, field: string): string => textOf(fields?.[field]) ?? '';
  const components = listOf(of['components']).map((one) => {
    const component = fieldsOf(one);
    const buttons = listOf(component?.['buttons']).map((button) => {
      const fields = fieldsOf(button);
      return [textIn(fields, 'type').toUpperCase(), textIn(fields, 'text'), textIn(fields, 'url')];
    });
    return [textIn(component, 'type').toUpperCase(), textIn(component, 'text'), buttons];
  });
  // In which order parts are listed is the messenger's own affair.
  return [textIn(of, 'category').toUpperCase(), components.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))];
}

/** Meta: `GET /{page or business account}/message_templates`, in pages. */
async function listed({ graph, account, accessToken }: TemplatePlace): Promise<Listed[]> {
  const all: Listed[] = [];
  let after: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const query = {
      fields: 'id,name,language,status,category,components',
      limit: '100',
      ...(after !== undefined && { after }),
    };
    const result = await graph.call({ method: 'GET', path: `${account}/message_templates`, query, accessToken });
    const json = result.got === 'answer' && result.answer.kind !== 'error' ? fieldsOf(result.json) : undefined;
    // What cannot be listed is not believed to be missing: making it anew would be refused, one by one.
    if (!json) throw new TellerlineError('templates_unlisted', 502, 'The messenger did not list its templates.');
    for (const one of listOf(json['data'])) {
      const fields = fieldsOf(one);
      const [id, name, language] = ['id', 'name', 'language'].map((field) => idOf(fields?.[field]));
      const status = textOf(fields?.['status'])?.toUpperCase();
      if (fields && id && name && language && status) all.push({ id, name, language, status, content: fields });
    }
    const paging = fieldsOf(json['paging']);
    after = paging?.['next'] === undefined ? undefined : textOf(fieldsOf(paging['cursors'])?.['after']);
    if (after === undefined) return all;
  }
  // What stands on the pages beyond would be believed to be missing.
  throw new TellerlineError('templates_unlisted', 502, 'The messenger lists more templates than are read.');
}
