import type { Channels } from '#contract';
import { Button, ErrorLine, Icon, sentenceOf } from '#web/kit';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { centre } from '../centre.ts';
import shared from '../privacy.module.css';
import { usePrivacyWords } from '../words.ts';
import { ChannelCard } from './channel-card.tsx';
import styles from './channels.module.css';
import { Join } from './join.tsx';

/** "Where you are told": each channel besides the browsers, how much may stand in it, and what that looks like. */
export function ChannelsSection(): ReactNode {
  const words = usePrivacyWords();
  const [told, setTold] = useState<Channels>();
  const [problem, setProblem] = useState<{ readonly sentence: string | undefined }>();
  const [said, setSaid] = useState<'saved' | 'removed'>();
  const [isJoining, setJoining] = useState(false);
  const joining = ({ reach }: Channels): string => {
    const or = new Intl.ListFormat(words.locale, { type: 'disjunction' });
    return words.say('told.join', { messengers: or.format(reach.map(({ name }) => name)) });
  };
  const show = useCallback((next: Channels, what?: 'saved' | 'removed'): void => {
    setProblem(undefined);
    setTold(next);
    setSaid(what);
  }, []);
  useEffect(() => {
    let stale = false;
    centre.channels().then(
      (answer) => (stale ? undefined : show(answer)),
      (error: unknown) => (stale ? undefined : setProblem({ sentence: sentenceOf(error) })),
    );
    return () => {
      stale = true;
    };
  }, [show]);
  return (
    <section className={shared.section} aria-labelledby="told">
      <h2 id="told">{words.say('told.title')}</h2>
      <p className={shared.lead}>{words.say('told.lead')}</p>
      {told ? (
        <>
          <div className={styles.browser}>
            <Icon name="eye" />
            <span className={shared.cardName}>
              <b>{words.say('told.browser')}</b>
              <span>{words.say('told.browserSays')}</span>
            </span>
          </div>
          {told.channels.map((channel) => (
            <ChannelCard key={channel.id} channel={channel} told={told} show={show} />
          ))}
          {told.channels.length === 0 ? <p className={shared.quiet}>{words.say('told.none')}</p> : null}
          {told.reach.length > 0 ? <Button onClick={() => setJoining(true)}>{joining(told)}</Button> : null}
        </>
      ) : null}
      <output className={styles.said}>{said ? words.say(`told.${said}`) : null}</output>
      {problem ? <ErrorLine>{problem.sentence ?? words.say('problem')}</ErrorLine> : null}
      {isJoining && told ? <Join title={joining(told)} onClose={() => setJoining(false)} /> : null}
    </section>
  );
}
