import type { Channels, ToldChannel } from '#contract';
import { sentenceOf } from '#web/hub';
import { Button, ErrorLine, Icon } from '#web/kit';
import { useWords } from '#web/words';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import shared from '../privacy.module.css';
import { browserName } from '../sign-in/browser-name.ts';
import { usePrivacyWords } from '../words.ts';
import { ChannelCard } from './channel-card.tsx';
import styles from './channels.module.css';
import { EmailForm } from './email.tsx';
import { Join } from './join.tsx';
import { ThisBrowser } from './this-browser.tsx';
import { readTold, type Told } from './told.ts';

type Said = 'saved' | 'removed' | 'confirmed';

/** "Where you are told": each channel besides the chat in a browser, how much may stand in it, and what that looks like. */
export function ChannelsSection(): ReactNode {
  const words = usePrivacyWords();
  const [told, setTold] = useState<Told>();
  const [problem, setProblem] = useState<{ readonly sentence: string | undefined }>();
  const [said, setSaid] = useState<Said>();
  const [isJoining, setJoining] = useState(false);
  const joining = ({ reach }: Channels): string => {
    const or = new Intl.ListFormat(words.locale, { type: 'disjunction' });
    return words.say('told.join', { messengers: or.format(reach.map(({ name }) => name)) });
  };
  const show = useCallback((next: Told, what?: Said): void => {
    setProblem(undefined);
    setTold(next);
    setSaid(what);
  }, []);
  const failed = useCallback((error: unknown): void => setProblem({ sentence: sentenceOf(error) }), []);
  const reload = useCallback(
    async (what?: Said): Promise<void> => {
      try {
        show(await readTold(), what);
      } catch (error) {
        failed(error);
      }
    },
    [show, failed],
  );
  useEffect(() => {
    let stale = false;
    readTold().then(
      (answer) => (stale ? undefined : show(answer)),
      (error: unknown) => (stale ? undefined : failed(error)),
    );
    return () => {
      stale = true;
    };
  }, [show, failed]);
  return (
    <section className={shared.section} aria-labelledby="told">
      <h2 id="told">{words.say('told.title')}</h2>
      <p className={shared.lead}>{words.say('told.lead')}</p>
      {told ? (
        <>
          <div className={shared.card}>
            <div className={styles.browser}>
              <Icon name="eye" />
              <span className={shared.cardName}>
                <b>{words.say('told.browser')}</b>
                <span>{words.say('told.browserSays')}</span>
              </span>
            </div>
            <ThisBrowser told={told} reload={reload} />
          </div>
          <Cards told={told} show={show} reload={reload} />
          <div className={styles.ways}>
            {told.channels.reach.length > 0 ? (
              <Button onClick={() => setJoining(true)}>{joining(told.channels)}</Button>
            ) : null}
          </div>
          <EmailForm told={told} reload={reload} />
        </>
      ) : null}
      <output className={styles.said}>{said ? words.say(`told.${said}`) : null}</output>
      {problem ? <ErrorLine>{problem.sentence ?? words.say('problem')}</ErrorLine> : null}
      {isJoining && told ? <Join title={joining(told.channels)} onClose={() => setJoining(false)} /> : null}
    </section>
  );
}

function Cards({
  told,
  show,
  reload,
}: {
  readonly told: Told;
  readonly show: (next: Told, what: Said) => void;
  readonly reload: (what: Said) => Promise<void>;
}): ReactNode {
  const words = usePrivacyWords();
  const general = useWords();
  const { channels } = told;
  const which = ({ channel, id }: ToldChannel): string | undefined => {
    if (channel === 'email') return told.email.address;
    const browser = told.push.browsers.find((one) => one.id === id);
    return browser && browserName(general, browser);
  };
  if (channels.channels.length === 0) return <p className={shared.quiet}>{words.say('told.none')}</p>;
  return channels.channels.map((channel) => (
    <ChannelCard
      key={channel.id}
      channel={channel}
      which={which(channel)}
      channels={channels}
      show={(next, what) => {
        show({ ...told, channels: next }, what);
        // With a channel its browser, or its address, is gone as well.
        if (what === 'removed') void reload(what);
      }}
    />
  ));
}
