import { allFields, permissions, type Accounts, type PlatformAccount } from './accounts.ts';
import { GraphError } from './graph-error.ts';
import { textField } from './graph-request.ts';
import { answered, type CallOf, type GraphAnswer, type PlatformContext } from './platform-context.ts';
import type { PlatformName } from './phone-api.ts';

/** Which platform's app a call is made for that carries an app's token. */
export function appOfToken(accounts: Accounts, token: string): PlatformName | undefined {
  return (['messenger', 'whatsapp'] as const).find((platform) => {
    const { appId, appSecret } = accounts.app(platform);
    return token === `${appId}|${appSecret}`;
  });
}

/** /{page}/subscribed_apps and /{business account}/subscribed_apps: which of its fields the app is told of. */
export async function callSubscribedApps(context: PlatformContext, call: CallOf): Promise<GraphAnswer> {
  const { account } = call;
  const { platform } = account;
  const { appId } = context.accounts.app(platform);
  if (call.method === 'GET') {
    const named = platform === 'messenger' ? { subscribed_fields: account.fields } : {};
    const app = { id: appId, name: 'Tellerline', ...named };
    const told = platform === 'messenger' ? app : { whatsapp_business_api_data: app };
    return answered({ data: account.fields.length === 0 ? [] : [told] });
  }
  if (call.method === 'DELETE') {
    context.accounts.change({ ...account, fields: [] });
    return answered({ success: true });
  }
  const asked = call.body['subscribed_fields'] ?? call.query.get('subscribed_fields') ?? undefined;
  if (platform === 'messenger' && asked === undefined)
    throw new GraphError('parameter', 'Param subscribed_fields must be set');
  const fields = asked === undefined ? allFields[platform] : fieldsOf(asked);
  const unknown = fields.find((field) => !allFields[platform].includes(field));
  if (unknown !== undefined) throw new GraphError('parameter', `Param subscribed_fields: ${unknown} is not a field`);
  context.accounts.change({ ...account, fields });
  await context.at[platform].webhooks.shakeHands();
  return answered({ success: true });
}

function fieldsOf(asked: unknown): string[] {
  if (Array.isArray(asked)) return asked.map(String);
  return String(asked)
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
}

/** /{app}/subscriptions, with the app's own token: where webhooks go. */
export async function callSubscriptions(
  context: PlatformContext,
  platform: PlatformName,
  method: string,
): Promise<GraphAnswer> {
  const object = platform === 'messenger' ? 'page' : 'whatsapp_business_account';
  if (method === 'GET') {
    const callback = `${context.sandbox.hubUrl()}/channels/${platform}/webhook`;
    const fields = allFields[platform].map((name) => ({ name, version: 'v26.0' }));
    return answered({ data: [{ object, callback_url: callback, active: true, fields }] });
  }
  if (!(await context.at[platform].webhooks.shakeHands()))
    throw new GraphError('parameter', 'The callback URL could not be verified');
  return answered({ success: true });
}

/** /debug_token: what a token is, for whoever has the app's token or the token itself. */
export function debugToken(context: PlatformContext, platform: PlatformName, input: string | undefined): GraphAnswer {
  const app = context.accounts.app(platform);
  const account = input === undefined ? undefined : context.accounts.byToken(input);
  if (!account || account.platform !== platform) {
    const error = { code: 190, message: 'Invalid OAuth access token' };
    return answered({ data: { app_id: app.appId, is_valid: false, scopes: [], error } });
  }
  const alive = !isDead(context, account);
  const { permissionMissing } = context.at[platform].faults.settings;
  return answered({
    data: {
      app_id: app.appId,
      type: platform === 'messenger' ? 'PAGE' : 'SYSTEM_USER',
      application: 'Tellerline',
      profile_id: account.id,
      expires_at: 0,
      data_access_expires_at: 0,
      is_valid: alive,
      scopes: permissionMissing ? permissions[platform].slice(1) : permissions[platform],
      ...(!alive && { error: { code: 190, subcode: 460, message: 'The session has been invalidated' } }),
    },
  });
}

/** Whether the token of an account died: a password was changed. */
export function isDead(context: PlatformContext, account: PlatformAccount): boolean {
  return context.at[account.platform].faults.settings.tokensDead.includes(account.id);
}

/** /me/permissions. */
export function callPermissions(context: PlatformContext, { account }: CallOf): GraphAnswer {
  const missing = context.at[account.platform].faults.settings.permissionMissing;
  const data = permissions[account.platform].map((permission, place) => ({
    permission,
    status: missing && place === 0 ? 'declined' : 'granted',
  }));
  return answered({ data });
}

/** A parameter from the query or from the body. */
export function parameterOf(call: Pick<CallOf, 'query' | 'body'>, name: string): string | undefined {
  return call.query.get(name) ?? textField(call.body, name);
}
