import { contentAt, type Detail, type Locale, type Message } from '#contract';

/** As much of a message as a channel may carry; see `contentAt`. Buttons go with `full` alone. What no bank told is not changed. */
export function atDetail(message: Message, ofLink: boolean, detail: Detail, locale: Locale): Message {
  if (detail === 'full' || !ofLink) return message;
  const { id, revision, author, at, quiet } = message;
  return { id, revision, author, at, content: contentAt(message.content, detail, locale), ...(quiet && { quiet }) };
}
