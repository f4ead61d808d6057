import { MESSAGE_CHARACTERS_MAX, type QuickReply } from '#contract';
import { IconButton, classes } from '#web/kit';
import { useWords } from '#web/words';
import { Suspense, useLayoutEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import styles from './composer.module.css';
import { useActions } from './context.tsx';
import type { Storage } from './storage.ts';

const draftName = 'draft';

interface ComposerProps {
  readonly storage: Storage;
  readonly quickReplies: readonly QuickReply[];
  /** What stands above it, once it is there. */
  readonly above: ReactNode;
  /** The way to link a bank stands here, unless the thread offers it already. */
  readonly offersLinking: boolean;
}

/** Where words are typed. What is typed and not sent is kept on this device. */
export function Composer({ storage, quickReplies, above, offersLinking }: ComposerProps): ReactNode {
  const words = useWords();
  const { sync, chooseBank } = useActions();
  const [text, setText] = useState(() => storage.get(draftName) ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  const ready = text.trim() !== '';

  const write = (next: string): void => {
    setText(next);
    if (next === '') storage.remove(draftName);
    else storage.set(draftName, next);
  };
  const send = (event?: FormEvent): void => {
    event?.preventDefault();
    if (!ready) return;
    sync.say(text.trim());
    write('');
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };
  useLayoutEffect(() => fit(field.current));

  return (
    <footer className={styles.foot}>
      <Suspense>{above}</Suspense>
      {quickReplies.length > 0 ? (
        <fieldset className={styles.quick} aria-label={words.say('composer.quick')}>
          {quickReplies.map(({ label, text: said }) => (
            <button key={label} type="button" className={styles.chip} onClick={() => sync.say(said)}>
              {label}
            </button>
          ))}
        </fieldset>
      ) : null}
      <form className={styles.composer} onSubmit={send}>
        {offersLinking ? <IconButton icon="plus" name={words.say('linkBank')} onClick={chooseBank} /> : null}
        <textarea
          ref={field}
          className={classes(styles.field, !offersLinking && styles.alone)}
          rows={1}
          maxLength={MESSAGE_CHARACTERS_MAX}
          value={text}
          placeholder={words.say('composer.message')}
          aria-label={words.say('composer.message')}
          enterKeyHint="send"
          autoComplete="off"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton
          icon="arrow-up"
          name={words.say('composer.send')}
          type="submit"
          className={classes(styles.send, ready && styles.ready)}
          disabled={!ready}
          // The keyboard of a phone stays open.
          onPointerDown={(event) => event.preventDefault()}
        />
      </form>
    </footer>
  );
}

/** As high as its words, where style alone cannot do that. */
function fit(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
