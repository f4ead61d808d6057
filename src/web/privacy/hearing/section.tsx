import type { HearingAnswer, HearingRequest, Privacy } from '#contract';
import { sentenceOf } from '#web/hub';
import { ErrorLine } from '#web/kit';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { centre } from '../centre.ts';
import shared from '../privacy.module.css';
import { usePrivacyWords } from '../words.ts';
import { AccountCard } from './account-card.tsx';
import { chosen } from './choice.ts';
import styles from './hearing.module.css';
import { HoursCard } from './hours-card.tsx';

/** Sends one change, after those before it. */
export type Save = (request: HearingRequest) => void;

/** "What you are told": of each account, and when. What is chosen holds at once. */
export function HearingSection({ privacy }: { readonly privacy: Privacy }): ReactNode {
  const words = usePrivacyWords();
  const [heard, setHeard] = useState<HearingAnswer>();
  const [said, setSaid] = useState<'saved' | Refused>();
  /** One after the other, in the order chosen. */
  const sending = useRef(Promise.resolve());
  const newest = useRef(0);
  useEffect(() => {
    let stale = false;
    centre.hearing().then(
      (answer) => (stale ? undefined : setHeard(answer)),
      (error: unknown) => (stale ? undefined : setSaid({ problem: sentenceOf(error) })),
    );
    return () => {
      stale = true;
    };
  }, []);
  // Shown at once; what the hub then answers is what holds, and without its answer all is as it was.
  const save = useCallback<Save>((request) => {
    setSaid(undefined);
    setHeard((before) => before && chosen(before, request));
    const mine = ++newest.current;
    sending.current = sending.current.then(async () => {
      const { answer, problem } = await sent(request);
      // What was chosen meanwhile is on its way and shown already.
      if (mine === newest.current) setHeard(answer);
      setSaid(problem ?? 'saved');
    });
  }, []);
  const accounts = privacy.links.flatMap((link) => link.accounts.map((account) => ({ link, account })));
  return (
    <section className={shared.section} aria-labelledby="hearing">
      <h2 id="hearing">{words.say('hearing.title')}</h2>
      <p className={shared.lead}>{words.say('hearing.lead')}</p>
      {heard ? (
        <>
          {accounts.map(({ link, account }) => {
            const hearing = heard.accounts.find(({ id }) => id === account.id);
            return hearing ? (
              <AccountCard key={account.id} link={link} account={account} hearing={hearing} save={save} />
            ) : null;
          })}
          <HoursCard heard={heard} save={save} />
        </>
      ) : null}
      <output className={styles.said}>{said === 'saved' ? words.say('hearing.saved') : null}</output>
      {typeof said === 'object' ? <ErrorLine>{said.problem ?? words.say('problem')}</ErrorLine> : null}
    </section>
  );
}

/** What holds after a change was sent; what held before when it was refused. */
async function sent(request: HearingRequest): Promise<{ readonly answer?: HearingAnswer; readonly problem?: Refused }> {
  try {
    return { answer: await centre.hear(request) };
  } catch (error) {
    const problem = { problem: sentenceOf(error) };
    return centre.hearing().then(
      (answer) => ({ answer, problem }),
      () => ({ problem }),
    );
  }
}

/** With the hub's own sentence, if it gave one. */
interface Refused {
  readonly problem: string | undefined;
}
