import type { HearingAnswer, HearingRequest, Privacy } from '#contract';
import { ErrorLine, HubProblem } from '#web/kit';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { centre } from '../centre.ts';
import shared from '../privacy.module.css';
import { usePrivacyWords } from '../words.ts';
import { AccountCard } from './account-card.tsx';
import styles from './hearing.module.css';
import { HoursCard } from './hours-card.tsx';

/** Sends one change; true when the hub has taken it. */
export type Save = (request: HearingRequest) => Promise<boolean>;

/** "What you are told": of each account, and when. What is chosen holds at once. */
export function HearingSection({ privacy }: { readonly privacy: Privacy }): ReactNode {
  const words = usePrivacyWords();
  const [heard, setHeard] = useState<HearingAnswer>();
  const [said, setSaid] = useState<'saved' | { readonly problem: string | undefined }>();
  useEffect(() => {
    let stale = false;
    centre.hearing().then(
      (answer) => (stale ? undefined : setHeard(answer)),
      (error: unknown) => (stale ? undefined : setSaid({ problem: sentenceIn(error) })),
    );
    return () => {
      stale = true;
    };
  }, []);
  const save = useCallback<Save>(async (request) => {
    setSaid(undefined);
    try {
      setHeard(await centre.hear(request));
      setSaid('saved');
      return true;
    } catch (error) {
      setSaid({ problem: sentenceIn(error) });
      return false;
    }
  }, []);
  const accounts = privacy.links.flatMap((link) => link.accounts.map((account) => ({ link, account })));
  return (
    <section className={shared.section} aria-labelledby="hearing">
      <h2 id="hearing" className={shared.large}>
        {words.say('hearing.title')}
      </h2>
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

function sentenceIn(error: unknown): string | undefined {
  if (!(error instanceof HubProblem)) throw error;
  return error.sentence;
}
