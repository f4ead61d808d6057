import {
  composer,
  metaSender,
  type Compose,
  type ComposeParts,
  type MetaKind,
  type MetaSender,
  type MetaSenderParts,
} from '#channels/meta';
import { messengerRequest, type MessengerBody } from './body.ts';
import { renderMessenger } from './render.ts';

/**
 * Meta: 300 sends a second and page, and above 40 the page's inbox is known to freeze; of one person no limit is
 * published: a burst that a chat may need, then one a second. Replies name the message that they reply to in
 * `reply_to`; `metadata` comes back in the echo.
 */
const kind: MetaKind<MessengerBody> = {
  platform: 'messenger',
  accountRate: { perSecond: 40, burst: 40 },
  personRate: { perSecond: 1, burst: 20 },
  post: (account, { id = '' }, body, reference, repliesTo) => ({
    path: `${account}/messages`,
    body: {
      ...(repliesTo !== undefined && { reply_to: { mid: repliesTo } }),
      ...messengerRequest(body, id, reference),
    },
  }),
};

/** Sends to people in Messenger, from each of the operator's pages. */
export const messengerSender = (parts: MetaSenderParts<MessengerBody>): MetaSender => metaSender(kind, parts);

/** Draws what is sent there, by the window. */
export const messengerCompose = (parts: ComposeParts): Compose<MessengerBody> =>
  composer<MessengerBody>(
    {
      humanAgent: true,
      render: renderMessenger,
      templateOf: ({ message }) =>
        'template' in message ? { name: message.template.name, language: message.template.language.code } : undefined,
    },
    parts,
  );
