import { fieldsOf, listOf, under, wordOf, type Fields, type RuleCheck } from '#channels/meta';
import { MESSENGER_LIMITS as limits } from './limits.ts';

/** What a page's profile has. */
const known = [
  'get_started',
  'greeting',
  'persistent_menu',
  'ice_breakers',
  'whitelisted_domains',
  'account_linking_url',
  'commands',
  'subject_to_new_eu_privacy_rules',
];
/** What it had. */
const retired = ['home_url', 'target_audience', 'payment_settings'];

/** Whether a body sets something of a profile. */
export const isProfile = (body: Fields): boolean => [...known, ...retired].some((name) => body[name] !== undefined);

/** Checks a body that sets something of a page's profile: `POST /{page}/messenger_profile`. */
export function checkProfile(check: RuleCheck, body: Fields, at: string): void {
  const started = check.object(body, 'get_started', at, true);
  if (started) check.text(started, 'payload', under(at, 'get_started'), { max: limits.payload });
  localised(check, body, 'greeting', at, (greeting, where) => {
    check.text(greeting, 'text', where, { max: limits.greeting });
  });
  localised(check, body, 'persistent_menu', at, (menu, where) => checkMenu(check, menu, where));
  checkIceBreakers(check, body, at);
  checkDomains(check, body, at);
  check.address(body, 'account_linking_url', at, { https: true, optional: true });
  for (const name of retired) if (body[name] !== undefined) ended(check, name, under(at, name));
}

/** Checks a body that takes something out of a page's profile: `DELETE /{page}/messenger_profile`. */
export function checkProfileFields(check: RuleCheck, body: Fields, at: string): void {
  const fields = listOf(body['fields']);
  if (fields.length === 0) check.add('too-few', under(at, 'fields'), 'Nothing is named.', 1);
  for (const [n, name] of fields.entries()) {
    const where = `${under(at, 'fields')}[${n}]`;
    if (typeof name === 'string' && retired.includes(name)) ended(check, name, where);
    else if (typeof name !== 'string' || !known.includes(name))
      check.add('not-taken', where, `“${wordOf(name)}” is nothing of a profile.`);
  }
}

const ended = (check: RuleCheck, name: string, where: string): void =>
  check.add('retired', where, `Messenger has ended ${name} in a page’s profile.`);

/** A list by language, of which one is the default. */
function localised(
  check: RuleCheck,
  body: Fields,
  name: string,
  at: string,
  each: (one: Fields, where: string) => void,
): void {
  if (body[name] === undefined) return;
  const all = check.list(body, name, at, {});
  if (!all.some(([one]) => one['locale'] === 'default'))
    check.add('missing', under(at, name), 'One of them has to be for the locale “default”.');
  check.unlike(
    all.map(([one]) => one['locale']),
    under(at, name),
    'There is one for each language.',
  );
  for (const [one, where] of all) each(one, where);
}

function checkMenu(check: RuleCheck, menu: Fields, at: string): void {
  const isAlone = menu['composer_input_disabled'] === true;
  const items = check.list(menu, 'call_to_actions', at, { max: limits.menuItems, optional: !isAlone });
  for (const [item, where] of items) {
    if (item['type'] === 'nested') {
      check.add('retired', under(where, 'type'), 'Menus in menus were ended with Graph v8.');
      continue;
    }
    check.text(item, 'title', where, { max: limits.menuTitle });
    const kind = check.word(item, 'type', where, ['web_url', 'postback']);
    if (kind === 'web_url') check.address(item, 'url', where);
    if (kind === 'postback') check.text(item, 'payload', where, { max: limits.payload });
  }
}

/** In the form of 2022, by language, or in the one before, which is still taken. */
function checkIceBreakers(check: RuleCheck, body: Fields, at: string): void {
  const ofOld = listOf(body['ice_breakers']).some((one) => fieldsOf(one)?.['question'] !== undefined);
  if (ofOld) {
    checkQuestions(check, body, 'ice_breakers', at);
    return;
  }
  localised(check, body, 'ice_breakers', at, (one, where) => checkQuestions(check, one, 'call_to_actions', where));
}

function checkQuestions(check: RuleCheck, holder: Fields, name: string, at: string): void {
  for (const [question, where] of check.list(holder, name, at, { max: limits.iceBreakers })) {
    check.text(question, 'question', where, { max: limits.iceBreakerQuestion });
    check.text(question, 'payload', where, { max: limits.payload });
  }
}

function checkDomains(check: RuleCheck, body: Fields, at: string): void {
  const domains = body['whitelisted_domains'];
  if (domains === undefined) return;
  const where = under(at, 'whitelisted_domains');
  const all = listOf(domains);
  if (all.length > limits.domains) check.add('too-many', where, `There are ${all.length} domains.`, limits.domains);
  const local = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/;
  for (const [n, domain] of all.entries()) {
    const isTaken = typeof domain === 'string' && (domain.startsWith('https://') || local.test(domain));
    if (!isTaken) check.add('bad-address', `${where}[${n}]`, 'A domain is named with https:// before it.');
  }
}
