import { TellerlineError } from '#base';
import { fieldsOf, textOf, type Graph } from '#channels/meta';
import type { Channel } from '#delivery';

/** Asks how somebody is spoken to. */
export type AskProfile = NonNullable<Channel['profile']>;

/**
 * In which language somebody uses Messenger. Meta: `locale`, such as `es_LA`, to apps that may ask for it; of the
 * rest of a person's profile nothing is asked.
 */
export function messengerProfileOf(
  graph: Graph,
  accounts: readonly { readonly account: string; readonly accessToken: string }[],
): AskProfile {
  return async ({ account, person }) => {
    const accessToken = accounts.find((one) => one.account === account)?.accessToken;
    const { id = '' } = person;
    // It becomes part of a path.
    if (accessToken === undefined || !/^\w{1,64}$/.test(id)) return {};
    const result = await graph.call({ method: 'GET', path: id, query: { fields: 'locale' }, accessToken });
    if (result.got !== 'answer' || result.answer.kind === 'error')
      throw new TellerlineError('profile_unavailable', 502, 'Messenger does not tell how somebody is spoken to.');
    const locale = textOf(fieldsOf(result.json)?.['locale']);
    return locale === undefined ? {} : { locale };
  };
}
