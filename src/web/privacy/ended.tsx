import type { EndedLink } from '#contract';
import { Icon, Mark, useFace } from '#web/kit';
import { useEffect, type ReactNode } from 'react';
import styles from './privacy.module.css';
import { usePrivacyWords } from './words.ts';

const askAgainMs = 3000;

/** Links that have ended, and whether their bank has confirmed it. */
export function Ended({
  ended,
  reload,
}: {
  readonly ended: readonly EndedLink[];
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
          <EndedRow key={link.copy} link={link} />
        ))}
      </ul>
    </section>
  );
}

function EndedRow({ link }: { readonly link: EndedLink }): ReactNode {
  const words = usePrivacyWords();
  const face = useFace(link.bank);
  const { told } = link;
  const state = {
    open: 'ended.open',
    confirmed: 'ended.confirmed',
    'given-up': 'ended.givenUp',
    untold: 'ended.untold',
  } as const;
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
          <a href={link.copy}>{words.say('linked.copy')}</a>
        </p>
      </div>
    </li>
  );
}
