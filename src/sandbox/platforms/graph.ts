import * as z from 'zod';
import { appOfToken, callSubscriptions, debugToken, isDead, parameterOf } from './account-api.ts';
import { proofHolds, type PlatformAccount } from './accounts.ts';
import { GraphError, readParameter } from './graph-error.ts';
import { asFields, parseJson, readForm, textField, type GraphBody } from './graph-request.ts';
import { meetFate } from './fate.ts';
import { callMessenger } from './messenger-api.ts';
import type { PlatformName } from './phone-api.ts';
import { answered, type CallOf, type GraphAnswer, type PlatformContext } from './platform-context.ts';
import { callWhatsApp } from './whatsapp-api.ts';

/** The newest version that there is; older ones are served alike, newer ones are unknown paths. */
const VERSION = 26;
/** Meta: 50 calls in a batch. */
const BATCH_MAX = 50;

/** A call as it arrived. */
export interface GraphRequest {
  readonly method: string;
  /** Everything after `/graph`. */
  readonly address: URL;
  readonly body: GraphBody;
  /** Of the Authorization header. */
  readonly bearer?: string;
}

const batchItems = z
  .array(z.looseObject({ method: z.string(), relative_url: z.string(), body: z.string().optional() }))
  .min(1)
  .max(BATCH_MAX, `Too many requests in batch message. Maximum batch size is ${BATCH_MAX}`);

/** Serves one call, and never throws: what is wrong is answered in the Graph API's form. */
export async function callGraph(context: PlatformContext, request: GraphRequest): Promise<GraphAnswer> {
  let platform: PlatformName | undefined;
  try {
    const path = versionless(request.address.pathname);
    const query = request.address.searchParams;
    const { fields } = request.body;
    const token = request.bearer ?? parameterOf({ query, body: fields }, 'access_token');
    if (path.length === 0 && request.method === 'POST') return await callBatch(context, request, token);
    if (token === undefined) throw new GraphError('noToken');
    const ofApp = appOfToken(context.accounts, token);
    platform = ofApp;
    if (ofApp) return await callAsApp(context, ofApp, request.method, path, query);
    const account = context.accounts.byToken(token);
    if (!account) throw new GraphError('badToken');
    ({ platform } = account);
    if (path[0] === 'debug_token') return debugToken(context, platform, query.get('input_token') ?? undefined);
    checkToken(context, account, token, parameterOf({ query, body: fields }, 'appsecret_proof'));
    const call: CallOf = { method: request.method, path, query, body: fields, account };
    const answer = await serve(context, call, request.body.file);
    note(context, call, answer);
    return answer;
  } catch (error) {
    return refusal(context, error, platform, request);
  }
}

function refusal(
  context: PlatformContext,
  error: unknown,
  platform: PlatformName | undefined,
  request: GraphRequest,
): GraphAnswer {
  if (error instanceof GraphError) {
    const answer = { status: error.status, body: error.body(platform) };
    const token =
      request.bearer ?? parameterOf({ query: request.address.searchParams, body: request.body.fields }, 'access_token');
    const account = token === undefined ? undefined : context.accounts.byToken(token);
    const { method, address, body } = request;
    if (account) {
      const path = address.pathname.split('/').filter((step) => step !== '' && !/^v\d+\.\d+$/.test(step));
      note(context, { method, path, query: address.searchParams, body: body.fields, account }, answer);
    }
    return answer;
  }
  context.sandbox.log.error({ err: error, platform }, 'a call of the stand-in Graph API failed');
  return { status: 500, body: new GraphError('internal').body(platform) };
}

function versionless(pathname: string): string[] {
  const steps = pathname.split('/').filter((step) => step !== '');
  const [, version] = /^v(\d+)\.\d+$/.exec(steps[0] ?? '') ?? [];
  if (version === undefined) return steps;
  if (Number(version) > VERSION) throw new GraphError('unknownPath', `Unknown path components: /${steps[0] ?? ''}`);
  return steps.slice(1);
}

function checkToken(
  context: PlatformContext,
  account: PlatformAccount,
  token: string,
  proof: string | undefined,
): void {
  if (isDead(context, account))
    throw new GraphError(
      'deadToken',
      'Error validating access token: The session has been invalidated because the user changed their password',
    );
  if (proof === undefined) {
    if (context.at[account.platform].faults.settings.proofRequired)
      throw new GraphError('parameter', 'API calls from the server require an appsecret_proof argument');
  } else if (!proofHolds(context.accounts.app(account.platform), token, proof))
    throw new GraphError('parameter', 'Invalid appsecret_proof provided in the API argument');
}

async function callAsApp(
  context: PlatformContext,
  platform: PlatformName,
  method: string,
  path: readonly string[],
  query: URLSearchParams,
): Promise<GraphAnswer> {
  const [first, edge] = path;
  if (first === 'debug_token') return debugToken(context, platform, query.get('input_token') ?? undefined);
  const { appId } = context.accounts.app(platform);
  if (first !== appId && first !== 'app') throw new GraphError('noSuchObject');
  if (edge === 'subscriptions') return callSubscriptions(context, platform, method);
  if (edge === undefined) return answered({ id: appId, name: 'Tellerline' });
  throw new GraphError('noSuchObject');
}

/** A send meets its fate; every other call is served. */
async function serve(context: PlatformContext, call: CallOf, file: GraphBody['file']): Promise<GraphAnswer> {
  const goOn = (): Promise<GraphAnswer> =>
    call.account.platform === 'messenger' ? callMessenger(context, call) : callWhatsApp(context, call, file);
  return call.method === 'POST' && call.path[1] === 'messages' ? meetFate(context, call, goOn) : goOn();
}

/** Keeps what the hub asked about a person: what the platform could read. */
function note(context: PlatformContext, call: CallOf, answer: GraphAnswer): void {
  const { account, body } = call;
  const recipient = asFields(body['recipient']);
  const id = textField(recipient, 'id') ?? textField(body, 'recipient') ?? textField(body, 'psid') ?? call.path[0];
  const number = account.platform === 'whatsapp' ? textField(body, 'to')?.replaceAll(/\D/g, '') : undefined;
  const person = context.people.known(account.id, { ...(id && { id }), ...(number && { number }) });
  if (!person) return;
  const { access_token: _token, appsecret_proof: _proof, ...shown } = body;
  const { threads } = context.at[account.platform];
  threads.see(person, {
    atMs: context.sandbox.clock.nowMs(),
    method: call.method,
    path: `/${call.path.join('/')}`,
    body: shown,
    answer: answer.cut ? { status: 0, body: 'the connection was cut' } : { status: answer.status, body: answer.body },
  });
  context.changed();
}

/** POST /: up to 50 calls, one after another; each answer's body is text. */
async function callBatch(
  context: PlatformContext,
  request: GraphRequest,
  token: string | undefined,
): Promise<GraphAnswer> {
  const listed = request.body.fields['batch'];
  const items = readParameter('batch', batchItems, typeof listed === 'string' ? parseJson(listed) : listed);
  const answers: object[] = [];
  let cut = false;
  for (const item of items) {
    const address = new URL(`/${item.relative_url.replace(/^\//, '')}`, 'http://graph');
    const fields = item.body === undefined ? {} : readForm(item.body);
    const bearer = textField(fields, 'access_token') ?? address.searchParams.get('access_token') ?? token;
    const answer = await callGraph(context, {
      method: item.method.toUpperCase(),
      address,
      body: { fields },
      ...(bearer !== undefined && { bearer }),
    });
    cut ||= answer.cut === true;
    const headers = [{ name: 'Content-Type', value: 'application/json; charset=UTF-8' }];
    answers.push({ code: answer.status, headers, body: JSON.stringify(answer.body) });
  }
  return { status: 200, body: answers, ...(cut && { cut }) };
}
