import { fieldsOf, idOf, wordOf, type Unread } from '#channels/meta';
import type { FromPlatform, Reading } from '#delivery';
import { platformSays, type MessengerEvent } from './event.ts';

/** Who answers a person: `what` in Meta's word, and whether the thread is ours from now on. */
function routing(event: MessengerEvent, what: string, ours?: boolean): FromPlatform {
  return {
    ...platformSays(event),
    kind: 'routing',
    what,
    atMs: event.atMs,
    ...(event.person ? { person: event.person } : {}),
    ...(ours === undefined ? {} : { ours }),
  };
}

/** What was said while another app has the thread: it is known, and never answered. */
export function readStandby(event: MessengerEvent): readonly Reading[] {
  return [{ ...routing(event, 'standby', false), word: `standby:${event.word}` }];
}

/**
 * Passing and taking a thread. Meta: `new_owner_app_id` has it from now on; where only `previous_owner_app_id` is
 * named, it was taken from that app, which is the one that is told.
 */
export function readThreadControl(event: MessengerEvent): readonly Reading[] | Unread {
  const control = fieldsOf(event.fields[event.word]);
  if (!control) return { unread: 'routing_malformed' };
  return [routing(event, event.word, idOf(control['new_owner_app_id']) === event.appId)];
}

/** Another app asks for the thread, or the roles of apps were told of: nothing has changed hands. */
export function readThreadNews(event: MessengerEvent): readonly Reading[] {
  return [routing(event, event.word)];
}

/** The page was blocked from sending, or is free again. Meta: `policy_enforcement`, and `policy-enforcement` before. */
export function readPolicyEnforcement(event: MessengerEvent): readonly Reading[] {
  const action = wordOf(fieldsOf(event.fields[event.word])?.['action']);
  const what = `policy_enforcement:${action}`;
  return [{ ...platformSays(event), kind: 'account', what, grave: action !== 'unblock' }];
}
