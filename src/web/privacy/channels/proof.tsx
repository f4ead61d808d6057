import { Button, ErrorLine, useFace } from '#web/kit';
import { goToBankProof, hubCalls, proveByPasskey, useAttempt } from '#web/passkeys';
import { useEffect, useState, type ReactNode } from 'react';
import { usePrivacyWords } from '../words.ts';
import styles from './channels.module.css';

/** More is to be shown in a channel: first it is proven that it is the customer who wants it. */
export function Proof({ channel, then }: { readonly channel: string; readonly then: () => void }): ReactNode {
  const words = usePrivacyWords();
  const [banks, setBanks] = useState<readonly string[]>([]);
  const { busy, problem, attempt } = useAttempt();
  const act = { act: 'raise-detail', subject: channel } as const;
  useEffect(() => {
    let stale = false;
    hubCalls.passkeys().then(
      (known) => (stale ? undefined : setBanks(known.banks)),
      // Then the passkey alone is offered.
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, []);
  return (
    <div className={styles.proof}>
      <p role="alert">{words.say('told.more')}</p>
      <Button weight="main" wide disabled={busy} onClick={() => void attempt(() => proveByPasskey(act), then)}>
        {words.say('told.passkey')}
      </Button>
      {banks.map((bank) => (
        <AtBank key={bank} bank={bank} busy={busy} go={() => void attempt(() => goToBankProof(bank, act))} />
      ))}
      {problem === undefined ? null : <ErrorLine>{problem}</ErrorLine>}
    </div>
  );
}

function AtBank({
  bank,
  busy,
  go,
}: {
  readonly bank: string;
  readonly busy: boolean;
  readonly go: () => void;
}): ReactNode {
  const words = usePrivacyWords();
  const { name } = useFace(bank);
  return (
    <Button wide disabled={busy} onClick={go}>
      {words.say('told.atBank', { bank: name })}
    </Button>
  );
}
