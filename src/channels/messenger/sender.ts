import { metaSender, type MetaKind, type MetaSender, type MetaSenderParts } from '#channels/meta';

/**
 * Meta: 300 sends a second and page, and above 40 the page's inbox is known to freeze; of one person no limit is
 * published: a burst that a chat may need, then one a second. Replies name the message that they reply to in
 * `reply_to`; `metadata` comes back in the echo.
 */
const kind: MetaKind = {
  platform: 'messenger',
  accountRate: { perSecond: 40, burst: 40 },
  personRate: { perSecond: 1, burst: 20 },
  post: (account, { id }, body, reference, repliesTo) => ({
    path: `${account}/messages`,
    body: {
      recipient: { id },
      ...(repliesTo !== undefined && { reply_to: { mid: repliesTo } }),
      ...body,
      message: { ...(body['message'] as object), metadata: reference },
    },
  }),
};

/** Sends to people in Messenger, from each of the operator's pages. */
export const messengerSender = (parts: MetaSenderParts): MetaSender => metaSender(kind, parts);
