import { classes, ErrorLine } from '#web/kit';
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { DeskIcon, type DeskIconName } from './icons.tsx';
import styles from './parts.module.css';
import { lookAlikesOf, piecesOf } from './spoken.ts';
import type { Trouble } from './state.ts';
import { useDeskWords } from './words.ts';

/**
 * What a person or a shop wrote, as text and nothing else: in its own direction, apart from the words around it, with
 * what cannot be seen shown by its number. No address in it can be pressed.
 */
export function Spoken({ text }: { readonly text: string }): ReactNode {
  const words = useDeskWords();
  return (
    <bdi className={styles.spoken} dir="auto">
      {piecesOf(text).map((piece) =>
        'text' in piece ? (
          piece.text
        ) : (
          <span key={piece.at} className={styles.unseen} title={words.say('said.hidden', { code: piece.hidden })}>
            {piece.hidden}
          </span>
        ),
      )}
    </bdi>
  );
}

/** A warning beneath words whose letters only look like others. */
export function LookAlikes({ text }: { readonly text: string }): ReactNode {
  const words = useDeskWords();
  const found = lookAlikesOf(text);
  if (found.length === 0) return null;
  const id = found.length === 1 ? 'said.lookAlikes' : 'said.lookAlikesMany';
  return <p className={styles.lookAlikes}>{words.say(id, { words: words.list(found.slice(0, 5)) })}</p>;
}

/** A few words on a quiet ground with a drawing. */
export function Mark({
  icon,
  look,
  children,
}: {
  readonly icon?: DeskIconName;
  readonly look?: 'fraud' | 'late' | 'done' | undefined;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className={classes(styles.mark, look && styles[look])}>
      {icon ? <DeskIcon name={icon} size={14} /> : null}
      {children}
    </span>
  );
}

interface TabsProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly name: Name; readonly words: string }[];
  readonly chosen: Name;
  readonly choose: (name: Name) => void;
  /** The id of what the tabs show. */
  readonly controls: string;
}

/** Tabs of the ARIA pattern: one stop of Tab, arrows between them, and choosing with it. */
export function Tabs<Name extends string>({ label, tabs, chosen, choose, controls }: TabsProps<Name>): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = (tabs.findIndex(({ name }) => name === chosen) + step + tabs.length) % tabs.length;
    const next = tabs[at];
    if (!next) return;
    choose(next.name);
    list.current?.querySelectorAll('button')[at]?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" aria-label={label} ref={list}>
      {tabs.map(({ name, words }) => (
        <button
          key={name}
          type="button"
          role="tab"
          className={styles.tab}
          aria-selected={name === chosen}
          aria-controls={controls}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => choose(name)}
          onKeyDown={walk}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

/** Why something was not done: a sentence for the person, with its code under details. */
export function TroubleLine({ trouble }: { readonly trouble: Trouble | undefined }): ReactNode {
  const words = useDeskWords();
  if (!trouble) return null;
  return <ErrorLine>{troubleWords(trouble, words)}</ErrorLine>;
}

/** The sentence of a trouble: ours where we have one, else the hub's. */
export function troubleWords({ code, sentence, number }: Trouble, words: ReturnType<typeof useDeskWords>): string {
  if (code === 'no_answer') return words.say('noAnswer');
  if (code === 'nothing_to_claim') return words.say('inbox.nothingToClaim');
  if (code === 'case_gone') return words.say('case.gone');
  if (code === 'not_said') return words.say('write.notSaid', { number: String(number ?? '') });
  const id = `refused.${code}`;
  return words.has(id) ? words.say(id) : (sentence ?? words.say('noAnswer'));
}

/** A field with its name above and what helps below. */
export function Field({
  label,
  hint,
  wrong,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly wrong?: string | undefined;
  /** Draws the control, under the ids that name and describe it. */
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode;
}): ReactNode {
  const id = useId();
  const help = `${id}-help`;
  const said = wrong ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: said === undefined ? undefined : help })}
      {said === undefined ? null : (
        <p id={help} className={classes(styles.hint, wrong !== undefined && styles.wrong)}>
          {said}
        </p>
      )}
    </div>
  );
}
