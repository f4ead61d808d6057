import { randomBytes } from 'node:crypto';
import { outgoing } from '#base';
import type { Finding } from '#delivery';
import { fieldsOf, idOf, listOf, numberOf, textOf, type Fields } from './fields.ts';
import { codeOf, type MetaPlatform } from './errors.ts';
import type { Graph, GraphCall } from './graph.ts';
import type { MetaApp } from './settings.ts';
import { templateCatalogue } from './templates.ts';

/** One page or number, as it is examined. */
export interface Examined {
  readonly channel: MetaPlatform;
  readonly app: MetaApp;
  readonly graph: Graph;
  /** The page, or the number. */
  readonly account: string;
  /** What subscriptions and templates belong to: the page, or the business account. */
  readonly business: string;
  readonly accessToken: string;
  /** Our own: where the messenger is to call us stands under it. */
  readonly publicUrl: string;
  readonly nowMs: number;
}

/** What a token must be allowed, and what the webhook must be told of; Meta's names. */
const needed: Readonly<
  Record<MetaPlatform, { permissions: readonly string[]; object: string; fields: readonly string[] }>
> = {
  messenger: {
    permissions: ['pages_messaging', 'pages_manage_metadata'],
    object: 'page',
    fields: [
      'messages',
      'messaging_postbacks',
      'messaging_referrals',
      'message_deliveries',
      'message_reads',
      'message_echoes',
      'message_reactions',
      'messaging_account_linking',
      'messaging_handovers',
      'standby',
      'message_template_status_update',
    ],
  },
  whatsapp: {
    permissions: ['whatsapp_business_messaging', 'whatsapp_business_management'],
    object: 'whatsapp_business_account',
    fields: ['messages', 'message_template_status_update', 'account_update'],
  },
};

const soonMs = 14 * 86_400_000;

/** Looks at everything that has to be right before people can write to a page or a number, and changes nothing. */
export async function examine(examined: Examined): Promise<Finding[]> {
  const token = await lookAtToken(examined);
  // With a dead token every other answer would be the same.
  if (token[0]?.state === 'ill') return token;
  return [
    ...token,
    await lookAtAccount(examined),
    await lookAtSubscription(examined),
    await lookAtWebhook(examined),
    await lookAtTemplates(examined),
  ];
}

type Seen = { readonly json: Fields } | { readonly failed: string };

async function ask({ graph }: Examined, call: Omit<GraphCall, 'method'>): Promise<Seen> {
  const result = await graph.call({ method: 'GET', ...call });
  if (result.got !== 'answer') return { failed: result.got === 'unknown' ? result.code : result.got };
  if (result.answer.kind === 'error') return { failed: codeOf(result.answer.error) };
  return { json: fieldsOf(result.json) ?? {} };
}

/** The app speaks for itself with its id and secret as a token (Meta: app access tokens). */
const appToken = ({ appId, appSecret }: MetaApp): string => `${appId}|${appSecret}`;

const unknown = (what: string, failed: string): Finding => ({
  what,
  state: 'unknown',
  said: `Meta did not say (${failed}).`,
  mend: 'Look whether this machine reaches the Graph API, and whether app id and app secret are those of one app.',
});

async function lookAtToken(examined: Examined): Promise<Finding[]> {
  const { app, accessToken, channel, nowMs } = examined;
  const query = { input_token: accessToken };
  const seen = await ask(examined, { path: 'debug_token', query, accessToken: appToken(app) });
  if ('failed' in seen) return [unknown('token', seen.failed)];
  const data = fieldsOf(seen.json['data']) ?? {};
  const expiresAtMs = (numberOf(data['expires_at']) ?? 0) * 1000;
  const mend = 'Generate a new one for a system user, without an end, and put it into the channels file.';
  if (data['is_valid'] !== true) return [{ what: 'token', state: 'ill', said: 'The access token is dead.', mend }];
  if (idOf(data['app_id']) !== app.appId)
    return [{ what: 'token', state: 'ill', said: 'The access token is of another app.', mend }];
  const endsSoon = expiresAtMs > 0 && expiresAtMs < nowMs + soonMs;
  const said = endsSoon ? `The access token ends on ${dayOf(expiresAtMs)}.` : 'The access token lives.';
  const token: Finding = { what: 'token', state: endsSoon ? 'ill' : 'well', said, ...(endsSoon && { mend }) };
  const scopes = new Set(listOf(data['scopes']));
  const missing = needed[channel].permissions.filter((one) => !scopes.has(one));
  const permissions: Finding =
    missing.length === 0
      ? { what: 'permissions', state: 'well', said: 'It has every permission that is needed.' }
      : {
          what: 'permissions',
          state: 'ill',
          said: `It lacks ${missing.join(', ')}.`,
          mend: 'Grant these to the app, and generate the token anew: an old one does not gain them.',
        };
  // A token that ends within days is to be mended, and does not keep the rest from being looked at.
  return endsSoon ? [permissions, token] : [token, permissions];
}

async function lookAtAccount(examined: Examined): Promise<Finding> {
  const { account, accessToken, channel } = examined;
  const fields = channel === 'messenger' ? 'id,name' : 'id,display_phone_number,verified_name';
  const seen = await ask(examined, { path: account, query: { fields }, accessToken });
  if ('failed' in seen) {
    const what = channel === 'messenger' ? 'page id' : 'phone number id';
    return {
      what: 'account',
      state: 'ill',
      said: `It cannot be seen with this token (${seen.failed}).`,
      mend: `Compare the ${what} in the channels file with the one at Meta, and let the token’s owner have access to it.`,
    };
  }
  return { what: 'account', state: 'well', said: 'Meta knows it, and this token may see it.' };
}

async function lookAtSubscription(examined: Examined): Promise<Finding> {
  const { business, accessToken, app, channel } = examined;
  const seen = await ask(examined, { path: `${business}/subscribed_apps`, accessToken });
  if ('failed' in seen) return unknown('subscription', seen.failed);
  const ours = listOf(seen.json['data'])
    .map(fieldsOf)
    .find(
      (one) =>
        idOf(one?.['id']) === app.appId || idOf(fieldsOf(one?.['whatsapp_business_api_data'])?.['id']) === app.appId,
    );
  const mend = `Subscribe the app: POST /${business}/subscribed_apps, or in the app’s dashboard.`;
  if (!ours) return { what: 'subscription', state: 'ill', said: 'The app is not subscribed to it.', mend };
  // A business account is subscribed as a whole, a page field by field.
  const fields = new Set(listOf(ours['subscribed_fields']));
  const missing = channel === 'messenger' ? needed.messenger.fields.filter((field) => !fields.has(field)) : [];
  return missing.length === 0
    ? { what: 'subscription', state: 'well', said: 'The app is subscribed to it.' }
    : { what: 'subscription', state: 'ill', said: `The page does not tell of ${missing.join(', ')}.`, mend };
}

async function lookAtWebhook(examined: Examined): Promise<Finding> {
  const { app, channel } = examined;
  const webhook = webhookOf(examined);
  const seen = await ask(examined, { path: `${app.appId}/subscriptions`, accessToken: appToken(app) });
  if ('failed' in seen) return unknown('webhook', seen.failed);
  const { object, fields } = needed[channel];
  const ours = listOf(seen.json['data'])
    .map(fieldsOf)
    .find((one) => one?.['object'] === object);
  const mend = `In the app, Webhooks, object ${object}: callback URL ${webhook}, the verify token of the channels file, and the fields ${fields.join(', ')}.`;
  if (!ours) return { what: 'webhook', state: 'ill', said: 'The app has no webhook for it.', mend };
  if (textOf(ours['callback_url']) !== webhook)
    return { what: 'webhook', state: 'ill', said: 'The app calls another address than ours.', mend };
  if (ours['active'] === false)
    return { what: 'webhook', state: 'ill', said: 'Meta has switched the webhook off.', mend };
  const named = new Set(listOf(ours['fields']).map((field) => textOf(fieldsOf(field)?.['name']) ?? textOf(field)));
  const missing = fields.filter((field) => !named.has(field));
  if (missing.length > 0)
    return { what: 'webhook', state: 'ill', said: `The webhook is not told of ${missing.join(', ')}.`, mend };
  return { what: 'webhook', state: 'well', said: 'Meta calls our address with every field that is needed.' };
}

async function lookAtTemplates(examined: Examined): Promise<Finding> {
  const { business, accessToken, publicUrl } = examined;
  const query = { fields: 'name,language,status', limit: '250' };
  const seen = await ask(examined, { path: `${business}/message_templates`, query, accessToken });
  if ('failed' in seen) return unknown('templates', seen.failed);
  const approved = new Set(
    listOf(seen.json['data']).flatMap((one) => {
      const fields = fieldsOf(one);
      const isApproved = textOf(fields?.['status'])?.toUpperCase() === 'APPROVED';
      return isApproved ? [`${idOf(fields?.['name'])} ${idOf(fields?.['language'])}`] : [];
    }),
  );
  const missing = templateCatalogue(publicUrl)
    .map(({ name, language }) => `${name} ${language}`)
    .filter((one) => !approved.has(one));
  if (missing.length === 0) return { what: 'templates', state: 'well', said: 'Every template is approved.' };
  return {
    what: 'templates',
    state: 'ill',
    said: `Not approved: ${missing.join(', ')}. Outside the 24 hours these messages wait, or go elsewhere.`,
    mend: 'Run “tellerline templates sync”; when it says rejected, read the reason in the template manager at Meta.',
  };
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

const webhookOf = ({ channel, publicUrl }: Pick<Examined, 'channel' | 'publicUrl'>): string =>
  new URL(`/channels/${channel}/webhook`, publicUrl).href;

/** Asks our own public address what Meta asks it; a call from here shows a wrong name, a dead proxy, a wrong certificate. */
export async function lookAtAddress(examined: Pick<Examined, 'channel' | 'publicUrl' | 'app'>): Promise<Finding> {
  const webhook = webhookOf(examined);
  const { verifyToken } = examined.app;
  const challenge = randomBytes(12).toString('hex');
  const url = new URL(webhook);
  const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': challenge };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  const mend = `${webhook} has to lead to Tellerline’s public listener: look at the name, the proxy, the certificate, and TELLERLINE_URL.`;
  try {
    const call = outgoing('self', [url.origin]);
    const response = await call(url.href, { signal: AbortSignal.timeout(10_000) });
    const isOurs = response.status === 200 && (await response.text()) === challenge;
    if (isOurs) return { what: 'reachable', state: 'well', said: 'Our address answers as Meta expects.' };
    return {
      what: 'reachable',
      state: 'ill',
      said: `Our address answered ${response.status} and not the challenge.`,
      mend,
    };
  } catch {
    // Whatever the reason: the sentence says where to look.
    return { what: 'reachable', state: 'ill', said: 'Our address does not answer.', mend };
  }
}
