import { callPermissions, callSubscribedApps, parameterOf } from './account-api.ts';
import { GraphError, readParameter } from './graph-error.ts';
import { messengerProfile, type MessengerProfile } from './messenger-body.ts';
import { tellMessenger } from './messenger-events.ts';
import { sendMessenger } from './messenger-sending.ts';
import { answered, type CallOf, type GraphAnswer, type PlatformContext } from './platform-context.ts';
import type { Person } from './people.ts';
import { callTemplate, callTemplates } from './template-api.ts';

/** Serves a call that carries a page's token. */
export async function callMessenger(context: PlatformContext, call: CallOf): Promise<GraphAnswer> {
  const [first = '', edge] = call.path;
  if (call.path.length > 2) throw new GraphError('unknownPath', `Unknown path components: /${call.path.join('/')}`);
  const { account, method } = call;
  if (first === 'me' || first === account.id) {
    switch (edge) {
      case undefined:
        return aboutPage(context, call);
      case 'messages':
        if (method === 'POST') return sendMessenger(context, account, call.body);
        break;
      case 'messenger_profile':
        return callProfile(context, call);
      case 'message_templates':
        return callTemplates(context, call);
      case 'subscribed_apps':
        return callSubscribedApps(context, call);
      case 'permissions':
        return callPermissions(context, call);
      case 'unlink_accounts':
        if (method === 'POST') return unlink(context, call);
        break;
      default:
    }
    throw new GraphError('unknownPath', `Unknown path components: /${edge ?? ''}`);
  }
  const template = context.at.messenger.templates.byId(first);
  if (template && edge === undefined) return callTemplate(context, call, template);
  const person = context.people.known(account.id, { id: first });
  if (!person || edge !== undefined || method !== 'GET') throw new GraphError('noSuchObject');
  return aboutPerson(call, person);
}

/** GET /me: the page itself, or who holds an account linking token. Meta: GET /me?fields=recipient&account_linking_token=. */
function aboutPage(context: PlatformContext, call: CallOf): GraphAnswer {
  const { account, query } = call;
  if (call.method !== 'GET') throw new GraphError('noSuchObject');
  const token = query.get('account_linking_token');
  if (token === null) return answered({ id: account.id, name: account.name });
  const key = context.linking.personOf(account.id, token);
  if (key === undefined) throw new GraphError('parameter', 'The account linking token is not valid, or has expired');
  return answered({ id: account.id, recipient: context.people.named('messenger', key).id });
}

function aboutPerson(call: CallOf, person: Person): GraphAnswer {
  const [firstName = '', ...rest] = person.name.split(' ');
  const known: Readonly<Record<string, string | number>> = {
    name: person.name,
    first_name: firstName,
    last_name: rest.join(' '),
    locale: person.locale,
    timezone: -5,
    profile_pic: 'https://platform-lookaside.fbsbx.com/platform/profilepic/',
  };
  const fields = (call.query.get('fields') ?? 'first_name,last_name,profile_pic').split(',').map((name) => name.trim());
  const unknown = fields.find((name) => name !== 'id' && !(name in known));
  if (unknown !== undefined)
    throw new GraphError('parameter', `Tried accessing nonexisting field (${unknown}) on node type (User)`);
  return answered({ ...Object.fromEntries(fields.map((name) => [name, known[name]])), id: person.id });
}

const profileNames = Object.keys(messengerProfile.shape);

function callProfile(context: PlatformContext, call: CallOf): GraphAnswer {
  const { account, body } = call;
  const kept = context.profiles.get(account.id) ?? {};
  if (call.method === 'GET') {
    const asked = parameterOf(call, 'fields')?.split(',') ?? [];
    const data = Object.fromEntries(Object.entries(kept).filter(([name]) => asked.includes(name)));
    return answered({ data: Object.keys(data).length === 0 ? [] : [data] });
  }
  if (call.method === 'DELETE') {
    const listed = body['fields'] ?? call.query.get('fields')?.split(',');
    const gone = Array.isArray(listed) ? listed.map(String) : [];
    const unknown = gone.find((name) => !profileNames.includes(name));
    if (gone.length === 0 || unknown !== undefined)
      throw new GraphError('parameter', `Param fields: ${unknown ?? 'none'} is not a property`);
    if (gone.includes('get_started') && kept.persistent_menu && !gone.includes('persistent_menu'))
      throw new GraphError('parameter', 'You must delete the persistent menu before the get started button');
    keepProfile(context, account.id, Object.fromEntries(Object.entries(kept).filter(([name]) => !gone.includes(name))));
    return answered({ result: 'success' });
  }
  const { access_token: _token, appsecret_proof: _proof, platform: _platform, ...asked } = body;
  const read = readParameter('messenger_profile', messengerProfile, asked);
  if (Object.keys(read).length === 0) throw new GraphError('parameter', 'No property of the profile is set');
  if (read.persistent_menu && !read.get_started && !kept.get_started)
    throw new GraphError('parameter', 'You must set a Get Started button if you also wish to use persistent menu');
  keepProfile(context, account.id, { ...kept, ...read });
  return answered({ result: 'success' });
}

function keepProfile(context: PlatformContext, pageId: string, profile: MessengerProfile): void {
  context.profiles.set(pageId, profile);
  context.changed();
}

function unlink(context: PlatformContext, call: CallOf): GraphAnswer {
  const psid = parameterOf(call, 'psid');
  const person = psid === undefined ? undefined : context.people.known(call.account.id, { id: psid });
  if (!person) throw new GraphError('noSuchPerson');
  unlinkPerson(context, call, person);
  return answered({ result: 'unlink account success' });
}

/** Ends Meta's own account linking of a person, and tells of it. */
export function unlinkPerson(context: PlatformContext, { account }: Pick<CallOf, 'account'>, person: Person): void {
  if (person.linkedBy === undefined) return;
  context.people.change(person, { linkedBy: undefined });
  void tellMessenger(context, account, person, 'messaging_account_linking', {
    account_linking: { status: 'unlinked' },
  });
}
