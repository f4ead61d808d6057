import { createHash } from 'node:crypto';
import { canonicalJson, TellerlineError } from '#base';
import type { Queryable } from '#db';
import { fieldsOf, idOf, listOf, textOf } from './fields.ts';
import { codeOf, type MetaPlatform } from './errors.ts';
import type { Graph } from './graph.ts';
import type { TemplateDefinition } from './templates.ts';
import { putTemplate, templatesKept, type KeptTemplate } from './template-store.ts';

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
  readonly done: 'made' | 'changed' | 'kept' | 'failed';
  /** As it stands at the messenger afterwards; of what failed a code. */
  readonly status: string;
}

/** Pages of a messenger's list: more than any catalogue has. */
const pagesMax = 20;

/**
 * Makes each template that the messenger does not have, changes those whose text is another than before, and
 * enters how they stand. What is there and is none of ours is left alone.
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
  const there = await listed(place);
  const kept = (await templatesKept(db)).filter((one) => one.channel === channel && one.account === account);
  const done: TemplateDone[] = [];
  for (const proposed of catalogue) {
    const { name, language } = proposed;
    const hash = createHash('sha256').update(canonicalJson(proposed)).digest();
    const isSame = (one: { readonly name: string; readonly language: string }): boolean =>
      one.name === name && one.language === language;
    const at = there.find(isSame);
    const before = kept.find(isSame);
    const result = await bring(place, proposed, at, before?.hash.equals(hash) ?? false);
    done.push({ name, language, ...result });
    if (result.done === 'failed') continue;
    const template: KeptTemplate = { channel, account, name, language, status: result.status, hash };
    await putTemplate(db, template, nowMs);
  }
  return done;
}

interface Listed {
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

/** Meta: `GET /{page or business account}/message_templates`, in pages. */
async function listed({ graph, account, accessToken }: TemplatePlace): Promise<Listed[]> {
  const all: Listed[] = [];
  let after: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const query = { fields: 'id,name,language,status', limit: '100', ...(after !== undefined && { after }) };
    const result = await graph.call({ method: 'GET', path: `${account}/message_templates`, query, accessToken });
    const json = result.got === 'answer' && result.answer.kind !== 'error' ? fieldsOf(result.json) : undefined;
    // What cannot be listed is not believed to be missing: making it anew would be refused, one by one.
    if (!json) throw new TellerlineError('templates_unlisted', 502, 'The messenger did not list its templates.');
    for (const one of listOf(json['data'])) {
      const fields = fieldsOf(one);
      const [id, name, language] = ['id', 'name', 'language'].map((field) => idOf(fields?.[field]));
      const status = textOf(fields?.['status'])?.toUpperCase();
      if (id && name && language && status) all.push({ id, name, language, status });
    }
    const paging = fieldsOf(json['paging']);
    after = paging?.['next'] === undefined ? undefined : textOf(fieldsOf(paging['cursors'])?.['after']);
    if (after === undefined) break;
  }
  return all;
}
