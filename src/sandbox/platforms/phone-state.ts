import type { MessengerProfile } from './messenger-body.ts';
import type { Actor } from './doings.ts';
import { HUMAN_AGENT_MS, WINDOW_MS } from './messenger-sending.ts';
import type { PhoneMessage, PhonePerson, PhoneProfile, PhoneState, PhoneWindow } from './phone-api.ts';
import type { Person } from './people.ts';
import { buttonOf, type Press, type ThreadMessage } from './threads.ts';

/** Without a new sign of it, typing ends. Meta: 20 seconds, 25 in WhatsApp. */
const TYPING_MS = 20_000;

/** Everything that the page with the telephone shows of one person. */
export function phoneState({ context, account, person }: Actor, version: number): PhoneState {
  const { platform } = person;
  const { threads, typing } = context.at[platform];
  const nowMs = context.sandbox.clock.nowMs();
  return {
    version,
    platform,
    nowMs,
    account: {
      id: account.id,
      name: account.name,
      ...(account.displayNumber !== undefined && { displayNumber: account.displayNumber }),
    },
    people: context.people.of(platform).map(personOf),
    person: personOf(person),
    thread: threads.of(person).map(messageOf),
    typing: nowMs - (typing.get(person.key) ?? -Infinity) < TYPING_MS,
    window: windowOf(person, nowMs),
    profile: profileOf(platform === 'messenger' ? context.profiles.get(account.id) : undefined, person.locale),
    seen: threads.seen(person),
  };
}

/** What the menu and the questions of a page do, in the order of their numbers. */
export function profilePresses(
  profile: MessengerProfile | undefined,
  locale: string,
): { readonly menu: readonly Press[]; readonly iceBreakers: readonly Press[] } {
  const menus = profile?.persistent_menu ?? [];
  const menu = menus.find((one) => one.locale === locale) ?? menus.find((one) => one.locale === 'default');
  const breakers = profile?.ice_breakers ?? [];
  const localised = breakers.flatMap((one) => ('locale' in one ? [one] : []));
  const chosen = localised.find((one) => one.locale === locale) ?? localised.find((one) => one.locale === 'default');
  const plain = breakers.flatMap((one) => ('question' in one ? [one] : []));
  return {
    menu: (menu?.call_to_actions ?? []).map((entry) =>
      entry.type === 'web_url'
        ? { does: 'url', title: entry.title, url: entry.url }
        : { does: 'postback', title: entry.title, payload: entry.payload },
    ),
    iceBreakers: (chosen?.call_to_actions ?? plain).map(({ question, payload }) => ({
      does: 'postback',
      title: question,
      payload,
    })),
  };
}

function profileOf(profile: MessengerProfile | undefined, locale: string): PhoneProfile {
  const { menu, iceBreakers } = profilePresses(profile, locale);
  const greetings = profile?.greeting ?? [];
  const greeting = greetings.find((one) => one.locale === locale) ?? greetings.find((one) => one.locale === 'default');
  return {
    ...(greeting && { greeting: greeting.text }),
    getStarted: profile?.get_started !== undefined,
    menu: menu.map(buttonOf),
    iceBreakers: iceBreakers.map(buttonOf),
  };
}

function windowOf({ platform, heardAtMs }: Person, nowMs: number): PhoneWindow {
  if (heardAtMs === undefined) return { open: false };
  return {
    open: nowMs - heardAtMs <= WINDOW_MS,
    heardAtMs,
    closesAtMs: heardAtMs + WINDOW_MS,
    ...(platform === 'messenger' && { humanAgentUntilMs: heardAtMs + HUMAN_AGENT_MS }),
  };
}

function personOf(person: Person): PhonePerson {
  const { key, name, locale, id, number, hides, reach } = person;
  return { key, name, locale, id, ...(number !== undefined && { number }), hides, reach };
}

function messageOf({
  person: _person,
  presses: _presses,
  reference: _reference,
  ...message
}: ThreadMessage): PhoneMessage {
  return message;
}
