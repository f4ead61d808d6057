import { useWords } from '#web/words';
import { useEffect, useId, useRef, type MouseEvent, type ReactNode } from 'react';
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
    element?.showModal();
    return () => element?.close();
  }, []);
  const closeBeside = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog ref={dialog} className={styles.sheet} aria-labelledby={heading} onClose={onClose} onClick={closeBeside}>
      <header className={styles.head}>
        <h2 id={heading}>{title}</h2>
        <IconButton icon="close" name={words.say('close')} onClick={onClose} />
      </header>
      <div className={styles.body}>{children}</div>
    </dialog>
  );
}
