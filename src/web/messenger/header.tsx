import type { Me } from '#contract';
import { IconButton, TellerlineMark } from '#web/kit';
import { useWords, type Words } from '#web/words';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './header.module.css';
import { Menu, type MenuChoices } from './menu.tsx';

/** Who this is, which banks are linked, and everything that is done rarely. */
export function Header({ me, choices }: { readonly me: Me | undefined; readonly choices: MenuChoices }): ReactNode {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLDivElement>(null);
  const close = (refocus: boolean): void => {
    setOpen(false);
    if (refocus) button.current?.querySelector('button')?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const beside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !button.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', beside);
    return () => document.removeEventListener('pointerdown', beside);
  }, [open]);
  return (
    <header className={styles.bar}>
      <TellerlineMark />
      <div className={styles.title}>
        <h1>Tellerline</h1>
        <p>{me ? linkedLine(words, me) : '\u00a0'}</p>
      </div>
      <div ref={button} className={styles.menuPlace}>
        <IconButton
          icon="more"
          name={words.say('menu')}
          aria-haspopup="menu"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
        {open ? <Menu choices={choices} onClose={close} /> : null}
      </div>
    </header>
  );
}

/** "JPMorgan Chase and Citi are linked" */
function linkedLine(words: Words, { links, banks }: Me): string {
  const nameOf = (bank: string): string => banks.find(({ id }) => id === bank)?.name ?? bank;
  const lost = links.filter(({ state }) => state === 'reconnect');
  if (lost.length > 0)
    return words.say('header.reconnect', {
      banks: words.list(lost.map(({ bank }) => nameOf(bank))),
      count: lost.length,
    });
  return words.say('header.linked', { banks: words.list(links.map(({ bank }) => nameOf(bank))), count: links.length });
}
