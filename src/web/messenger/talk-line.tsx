import type { Locale, Me } from '#contract';
import { useFace } from '#web/kit';
import { useWords } from '#web/words';
import { useCallback, useEffect, type ReactNode } from 'react';
import { useActions } from './context.tsx';
import { PictureButton } from './picture-button.tsx';
import styles from './talk-line.module.css';

/** Its words: here and not in the catalogue, as few visits come to them. */
const texts: Readonly<
  Record<Locale, Readonly<Record<'to' | 'picture' | 'done' | 'back' | 'say.done' | 'say.back', string>>>
> = {
  en: {
    to: 'You are writing to {bank}’s staff',
    picture: 'Add a picture',
    done: 'Done',
    back: 'Back to Tellerline',
    'say.done': 'Done',
    'say.back': 'Back to Tellerline',
  },
  es: {
    to: 'Escribes al personal de {bank}',
    picture: 'Añadir una foto',
    done: 'Listo',
    back: 'Volver a Tellerline',
    'say.done': 'Listo',
    'say.back': 'Volver a Tellerline',
  },
};

/** Whoever has not typed for so long is writing no more. */
const typedMs = 4000;

/** Staff see that somebody types; nobody else is told. The composer is the one field that words are typed into. */
function useTyping(tell: (on: boolean) => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      timer = undefined;
      tell(false);
    };
    const typed = ({ target }: Event): void => {
      if (!(target instanceof HTMLTextAreaElement)) return;
      if (timer === undefined) tell(true);
      clearTimeout(timer);
      timer = setTimeout(end, typedMs);
    };
    // What was sent has left its field.
    const sent = ({ type, target }: Event): void => {
      const isEmpty = target instanceof HTMLTextAreaElement && target.value === '';
      if (timer === undefined || !(isEmpty || type === 'submit')) return;
      clearTimeout(timer);
      end();
    };
    document.addEventListener('input', typed);
    document.addEventListener('keyup', sent);
    document.addEventListener('submit', sent);
    return () => {
      document.removeEventListener('input', typed);
      document.removeEventListener('keyup', sent);
      document.removeEventListener('submit', sent);
      clearTimeout(timer);
    };
  }, [tell]);
}

/** Above the composer while what is typed goes to a bank's staff: to whom, and the ways out of it. */
export function TalkLine({ talk }: { readonly talk: NonNullable<Me['talk']> }): ReactNode {
  const words = useWords();
  const { sync } = useActions();
  const { name } = useFace(talk.bank);
  const own = texts[words.locale];
  const typing = useCallback((on: boolean) => sync.tell({ frame: 'typing', on }), [sync]);
  useTyping(typing);
  return (
    <div className={styles.line}>
      <p>{own.to.replace('{bank}', name)}</p>
      <span className={styles.ways}>
        <PictureButton caseId={talk.case} label={own.picture} />
        <button type="button" onClick={() => sync.say(own['say.done'])}>
          {own.done}
        </button>
        <button type="button" onClick={() => sync.say(own['say.back'])}>
          {own.back}
        </button>
      </span>
    </div>
  );
}
