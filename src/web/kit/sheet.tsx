import { useWords } from '#web/words';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { IconButton } from './parts.tsx';
import styles from './sheet.module.css';

interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A sheet over the conversation: from below on a phone, in the middle on a wide screen. Escape and a tap beside it close it. */
export function Sheet({ title, onClose, children }: SheetProps): ReactNode {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    element.showModal();
    // A tap on the dialog itself, not on what lies in it, is a tap beside the sheet.
    const closeBeside = (event: MouseEvent): void => {
      if (event.target === element) element.close();
    };
    element.addEventListener('click', closeBeside);
    return () => {
      element.removeEventListener('click', closeBeside);
      element.close();
    };
  }, []);
  return (
    <dialog ref={dialog} className={styles.sheet} aria-labelledby={heading} onClose={onClose}>
      <div className={styles.head}>
        <h2 id={heading}>{title}</h2>
        <IconButton icon="close" name={words.say('close')} onClick={onClose} />
      </div>
      <div className={styles.body}>{children}</div>
    </dialog>
  );
}
