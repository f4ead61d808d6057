import { fieldsOf, type Graph } from '#channels/meta';
import type { Channel } from '#delivery';

/**
 * How somebody is spoken to, as Messenger tells it of whoever has written. Meta: `GET /{psid}?fields=locale`, such
 * as `es_LA`; nothing else is asked.
 */
export function messengerProfileOf(
  graph: Graph,
  tokenOf: (account: string) => string | undefined,
): Required<Pick<Channel, 'profile'>> {
  return {
    profile: async ({ account, person: { id } }) => {
      const accessToken = tokenOf(account);
      if (accessToken === undefined || id === undefined || !/^\w{1,64}$/.test(id)) return {};
      const result = await graph.call({ method: 'GET', path: id, query: { fields: 'locale' }, accessToken });
      const locale = result.got === 'answer' ? fieldsOf(result.json)?.['locale'] : undefined;
      return typeof locale === 'string' ? { locale } : {};
    },
  };
}
