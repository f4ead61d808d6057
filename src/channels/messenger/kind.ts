import * as z from 'zod';
import {
  accountName,
  codeOf,
  metaAppFields,
  metaAppOf,
  metaChannel,
  metaId,
  secretFields,
  type Graph,
  type MetaPlace,
} from '#channels/meta';
import type { ChannelKind, SetUpDone } from '#delivery';
import { messengerProfileOf } from './locale.ts';
import { previewInMessenger } from './preview.ts';
import { messengerProfile } from './profile.ts';
import { readMessenger } from './read.ts';
import { messengerCompose, messengerSender } from './sender.ts';

const page = z.strictObject({ pageId: metaId, name: accountName, ...secretFields('accessToken') });
const form = z.strictObject({ ...metaAppFields, pages: z.array(page).min(1) });

/** Facebook Messenger; how a page is set up stands in docs/messenger.md. */
export const messenger: ChannelKind = {
  channel: 'messenger',
  configure: (section) => {
    const given = section.checked(form);
    const app = metaAppOf(section, given);
    const places = given.pages.map((one, n): MetaPlace => {
      const accessToken = section.secret(one, 'accessToken', `pages.${n}`);
      return { account: one.pageId, business: one.pageId, name: one.name, accessToken };
    });
    return metaChannel({
      channel: 'messenger',
      name: 'Facebook Messenger',
      app,
      places,
      sender: messengerSender,
      compose: messengerCompose,
      read: (raw) => readMessenger(raw, app),
      profile: (graph) => messengerProfileOf(graph, places),
      preview: previewInMessenger,
      setUp: setProfile,
    });
  },
};

/** What a page says before somebody writes, and beside their field. */
async function setProfile({ account, accessToken }: MetaPlace, graph: Graph, publicUrl: string): Promise<SetUpDone> {
  const what = 'greeting, menu and questions';
  const body = messengerProfile(publicUrl);
  const result = await graph.call({ method: 'POST', path: `${account}/messenger_profile`, accessToken, body });
  if (result.got !== 'answer') return { account, what, done: 'failed', status: 'no answer' };
  const { answer } = result;
  if (answer.kind === 'done') return { account, what, done: 'made', status: 'set' };
  return { account, what, done: 'failed', status: answer.kind === 'error' ? codeOf(answer.error) : 'no answer' };
}
