import { isOrderCard, type ViewAnswer } from '#contract';
import { MessageCard } from '#web/cards';
import { Fragment, useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './view.module.css';
import type { ViewWords } from './words.ts';

/** From whom it is by kind: an address may lead to what several have told. */
function titleOf({ messages }: ViewAnswer): 'shown.title' | 'shown.title.order' | 'shown.title.both' {
  const kinds = new Set(
    messages.flatMap(({ content }) => (content.kind === 'card' ? [isOrderCard(content.card)] : [])),
  );
  if (!kinds.has(true)) return 'shown.title';
  return kinds.has(false) ? 'shown.title.both' : 'shown.title.order';
}

/** What the address led to, as it stands in the chat; its buttons are there. */
export function Shown({ own, answer }: { readonly own: ViewWords; readonly answer: ViewAnswer }): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const [nowMs] = useState(() => Date.now());
  // Read out first: the button that was pressed is gone.
  useEffect(() => heading.current?.focus(), []);
  const { messages } = answer;
  return (
    <section className={styles.shown}>
      <h1 ref={heading} tabIndex={-1}>
        {own.say(titleOf(answer))}
      </h1>
      {messages.map(({ id, at, content, waysOn = [] }) => (
        <Fragment key={id}>
          {content.kind === 'card' ? (
            <MessageCard content={content.card} at={at} nowMs={nowMs} text={content.text} />
          ) : (
            <p className={styles.words}>{content.text}</p>
          )}
          {waysOn.map(({ way, label, address }) =>
            way === 'statement' && address !== undefined ? (
              <a key={address} className={styles.chat} href={address} target="_blank" rel="noopener">
                {label}
              </a>
            ) : null,
          )}
        </Fragment>
      ))}
      <p className={styles.note}>{own.say(messages.length === 0 ? 'shown.gone' : 'shown.once')}</p>
      <a className={styles.chat} href="/">
        {own.say('chat')}
      </a>
    </section>
  );
}
