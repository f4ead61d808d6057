import { Sheet } from '#web/kit';
import { useId, type ReactNode } from 'react';
import { keyMap } from './keys.ts';
import styles from './sheets.module.css';
import { useDeskWords, type DeskWords } from './words.ts';

interface KeysSheetProps {
  readonly letters: boolean;
  readonly setLetters: (on: boolean) => void;
  readonly onClose: () => void;
}

/** Every key and what it does; and whether single letters do anything. */
export function KeysSheet({ letters, setLetters, onClose }: KeysSheetProps): ReactNode {
  const words = useDeskWords();
  const id = useId();
  return (
    <Sheet title={words.say('keys.title')} onClose={onClose}>
      <div className={styles.form}>
        <dl className={styles.keys}>
          {keyMap.map(({ command, keys }) => (
            <div key={command}>
              <dt>{words.say(`keys.${command}`)}</dt>
              <dd>
                {keys.map((key, at) => (
                  <span key={key}>
                    {at > 0 ? ` ${words.say('keys.or')} ` : null}
                    <kbd>{keyName(key, words)}</kbd>
                  </span>
                ))}
              </dd>
            </div>
          ))}
          <div>
            <dt>{words.say('keys.send')}</dt>
            <dd>
              <kbd>{words.say('write.hint')}</kbd>
            </dd>
          </div>
          <div>
            <dt>{words.say('keys.keepTurn')}</dt>
            <dd>
              <kbd>{words.say('write.keepTurnKeys')}</kbd>
            </dd>
          </div>
        </dl>
        <div className={styles.letters}>
          <input
            id={id}
            type="checkbox"
            checked={letters}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setLetters(event.currentTarget.checked)}
          />
          <label htmlFor={id}>{words.say('keys.letters')}</label>
        </div>
        <p id={`${id}-hint`} className={styles.hint}>
          {words.say('keys.lettersHint')}
        </p>
      </div>
    </Sheet>
  );
}

function keyName(key: string, words: DeskWords): string {
  const id = `key.${key}`;
  return words.has(id) ? words.say(id) : key;
}
