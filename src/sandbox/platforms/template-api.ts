import type { PlatformAccount } from './accounts.ts';
import { GraphError } from './graph-error.ts';
import { answered, type CallOf, type GraphAnswer, type PlatformContext } from './platform-context.ts';
import type { Template } from './templates.ts';

/** /{page}/message_templates and /{business account}/message_templates: GET, POST and DELETE. */
export function callTemplates(context: PlatformContext, call: CallOf): GraphAnswer {
  const { templates } = context.at[call.account.platform];
  const ownerId = ownerOf(call.account);
  if (call.method === 'POST') {
    const { id, status, category } = templates.create(call.account, withoutToken(call.body));
    return answered({ id, status, category });
  }
  const name = call.query.get('name') ?? undefined;
  if (call.method === 'DELETE') {
    if (name === undefined) throw new GraphError('parameter', 'Param name must be set');
    if (templates.remove(ownerId, name) === 0) throw new GraphError('parameter', 'There is no template of this name');
    return answered({ success: true });
  }
  const language = call.query.get('language');
  const status = call.query.get('status');
  const found = templates
    .of(ownerId)
    .filter((template) => name === undefined || template.name === name)
    .filter((template) => language === null || template.language === language)
    .filter((template) => status === null || template.status === status.toUpperCase());
  return answered(page(found.map(told), call.query));
}

/** /{template}: GET, and POST to change what it says. */
export function callTemplate(context: PlatformContext, call: CallOf, template: Template): GraphAnswer {
  if (template.ownerId !== ownerOf(call.account)) throw new GraphError('noSuchObject');
  if (call.method === 'GET') return answered(told(template));
  if (call.method !== 'POST') throw new GraphError('noSuchObject');
  context.at[call.account.platform].templates.edit(call.account, template, withoutToken(call.body));
  return answered({ success: true });
}

/** Meta: lists come in pages of 25, up to 100, with a cursor to the next. */
export function page(rows: readonly object[], query: URLSearchParams): object {
  const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 25) || 25));
  const from = Number(Buffer.from(query.get('after') ?? '', 'base64url').toString()) || 0;
  const shown = rows.slice(from, from + limit);
  const cursor = (place: number): string => Buffer.from(String(place)).toString('base64url');
  const cursors = { before: cursor(from), after: cursor(from + shown.length) };
  const more = from + shown.length < rows.length;
  return { data: shown, paging: { cursors, ...(more && { next: `?after=${cursors.after}` }) } };
}

function ownerOf(account: PlatformAccount): string {
  return account.businessAccountId ?? account.id;
}

function told({ ownerId: _owner, ...template }: Template): object {
  return { ...template, parameter_format: template.parameter_format.toUpperCase() };
}

function withoutToken(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { access_token: _token, appsecret_proof: _proof, ...asked } = body;
  return asked;
}
