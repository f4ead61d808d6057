import { newId, type MessageId } from '#base';
import type { Audience, Body, Change, Thread } from '#delivery';
import { taskActor } from '#vault';
import type { TalkParts } from './talk-parts.ts';
import type { Answer } from './turn.ts';

/**
 * Answers as changes of the conversation, their questions turned into signed buttons. `firstId`: of the first one's
 * message; `to`: where they are brought besides the browsers, everywhere unless said.
 */
export function changesOf(
  parts: Pick<TalkParts, 'acts' | 'clock'>,
  thread: Thread,
  answers: readonly Answer[],
  { firstId, to }: { readonly firstId?: MessageId; readonly to?: Audience } = {},
): Change[] {
  const atMs = parts.clock.nowMs();
  return answers.map((one, at): Change => {
    const messageId = one.viewOnly ?? (at === 0 ? firstId : undefined) ?? newId<MessageId>();
    const audience = one.viewOnly === undefined ? to : 'browsers';
    const { content, asks, quickReplies, waysOn, derivedFrom, alsoDerivedFrom, purpose, canWait } = one;
    const { customerId, conversationId } = thread;
    const actions = asks?.map(({ label, weight, minutes, ...ask }) => ({
      act: ask.act,
      label,
      weight,
      token: parts.acts.sign({ ...ask, customerId, conversationId, messageId }, atMs, minutes),
      ...(ask.proof && { proof: ask.proof }),
    }));
    const said = {
      content,
      ...(actions && { actions }),
      ...(quickReplies && { quickReplies: [...quickReplies] }),
      ...(waysOn && { waysOn: [...waysOn] }),
      ...(canWait && { canWait }),
    };
    const also = alsoDerivedFrom && { also: alsoDerivedFrom };
    const body: Body =
      derivedFrom === null ? { from: 'customer', said } : { from: 'link', linkId: derivedFrom, ...also, purpose, said };
    const author = purpose !== null && derivedFrom !== null ? 'bank' : 'tellerline';
    return {
      customerId,
      conversationId,
      entry: 'message',
      messageId,
      author,
      atMs,
      body,
      ...(audience && { to: audience }),
    };
  });
}

/**
 * Takes the buttons off the message under which one was pressed; after a stop it is gone anyway. `ofWordsOnly`: a card
 * keeps its own, which change with what it shows. `text` stands there from now on, where a question was settled.
 */
export async function putAwayButtons(
  parts: TalkParts,
  thread: Thread,
  messageId: MessageId,
  { ofWordsOnly = false, text }: { readonly ofWordsOnly?: boolean; readonly text?: string | undefined } = {},
): Promise<void> {
  const { customerId } = thread;
  const message = await parts.delivery.openMessage(taskActor('answer', customerId), thread, messageId);
  if (!message?.body.said.actions || (ofWordsOnly && message.body.said.content.kind !== 'text')) return;
  const { actions: _pressed, waysOn, ...rest } = message.body.said;
  const waysLeft = waysOn?.filter(({ way }) => way !== 'add-passkey') ?? [];
  const settled = text === undefined ? rest : { ...rest, content: { kind: 'text', text } as const };
  const said = { ...settled, ...(waysLeft.length > 0 && { waysOn: waysLeft }) };
  const body: Body = { ...message.body, said };
  const atMs = parts.clock.nowMs();
  await parts.database.transaction((tx) =>
    parts.delivery.write(tx, [{ ...thread, entry: 'edit', messageId, author: message.author, atMs, body }]),
  );
}
