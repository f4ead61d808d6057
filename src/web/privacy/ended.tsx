import type { EndedLink } from '#contract';
import { Icon, Mark, useFace } from '#web/kit';
import { useEffect, type ReactNode } from 'react';
import styles from './privacy.module.css';
import { usePrivacyWords } from './words.ts';

const askAgainMs = 3000;

/** Links that have ended, and whether their bank has confirmed it. */
export function Ended({
  ended,
  receipts,
  reload,
}: {
  readonly ended: readonly EndedLink[];
  /** Addresses of the receipts of what was stopped on this page, by link. */
  readonly receipts: ReadonlyMap<string, string>;
  readonly reload: () => Promise<void>;
}): ReactNode {
  const words = usePrivacyWords();
  const isOpen = ended.some(({ told }) => told?.state === 'open');
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(() => void reload(), askAgainMs);
    return () => clearInterval(timer);
  }, [isOpen, reload]);
  if (ended.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="ended">
      <h2 id="ended">{words.say('ended.title')}</h2>
      <ul className={styles.card}>
        {ended.map((link) => (
          <EndedRow key={link.copy} link={link} receipt={receipts.get(link.id)} />
        ))}
      </ul>
    </section>
  );
}

function EndedRow({ link, receipt }: { readonly link: EndedLink; readonly receipt: string | undefined }): ReactNode {
  const words = usePrivacyWords();
  const face = useFace(link.bank);
  const { told } = link;
  const state = { open: 'ended.open', confirmed: 'ended.confirmed', 'given-up': 'ended.givenUp' } as const;
  return (
    <li className={styles.endedRow}>
      <Mark face={face} size="middle" />
      <div>
        <b>{face.name}</b>
        <p>{words.say(`ended.${link.by}`, { date: words.date(link.endedAt) })}</p>
        {told ? (
          <p className={styles.told}>
            <Icon name={told.state === 'confirmed' ? 'check' : 'wait'} size={16} />
            {words.say(state[told.state])}
          </p>
        ) : null}
        <p className={styles.links}>
          {receipt === undefined ? null : (
            <a href={receipt} download>
              {words.say('ended.receipt')}
            </a>
          )}
          <a href={link.copy}>{words.say('linked.copy')}</a>
        </p>
      </div>
    </li>
  );
}
