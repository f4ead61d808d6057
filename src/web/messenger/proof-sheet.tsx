import type { Action, BankFace, LooseningAct, Me, Passkeys } from '#contract';
import { Button, ErrorLine, Icon, Mark, Sheet } from '#web/kit';
import { actProven, goToBankProof, hubCalls, problemWords, proveByPasskey, useAttempt } from '#web/passkeys';
import { useWords } from '#web/words';
import { useEffect, useState, type ReactNode } from 'react';
import { proofTexts } from './proof-words.ts';
import styles from './sheets.module.css';

/** A button that takes more than a press: what it says, and what is to be proven. */
export interface ToProve {
  readonly token: string;
  readonly label: string;
  readonly act: NonNullable<Action['proof']>;
  /** The message under which it stands. */
  readonly subject: string;
}

/**
 * Proves that it is the customer and then presses the button: by a passkey, or by the login at a linked bank. After
 * that login the proof lies ready, and the button is pressed at once.
 */
export function ProofSheet({
  me,
  toProve,
  onClose,
}: {
  readonly me: Me;
  readonly toProve: ToProve;
  readonly onClose: () => void;
}): ReactNode {
  const words = useWords();
  const texts = proofTexts[words.locale];
  const { token, label, act, subject } = toProve;
  const [ways, setWays] = useState<Pick<Passkeys, 'passkeys' | 'banks'> | undefined>(undefined);
  const [unread, setUnread] = useState<string | undefined>(undefined);
  const { busy, problem = unread, attempt } = useAttempt();
  const waits = busy || (ways === undefined && unread === undefined);
  useEffect(() => {
    const begin = async (): Promise<void> => {
      if (await actProven(token)) return onClose();
      setWays(await hubCalls.passkeys());
    };
    begin().catch((error: unknown) => setUnread(problemWords(words, error)));
  }, [token, onClose, words]);
  const proof: LooseningAct = { act, subject };
  const byPasskey = async (): Promise<void> => {
    await proveByPasskey(proof);
    await actProven(token);
  };
  return (
    <Sheet title={texts.title} onClose={onClose}>
      <p className={styles.lead}>{texts.lead.replace('{label}', () => label)}</p>
      {ways && ways.passkeys.length === 0 ? null : (
        <Button weight="main" wide disabled={waits} onClick={() => void attempt(byPasskey, onClose)}>
          {texts.passkey}
        </Button>
      )}
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
      {ways && ways.banks.length > 0 ? (
        <AtBank
          isOnly={ways.passkeys.length === 0}
          faces={me.banks.filter(({ id }) => ways.banks.includes(id))}
          busy={waits}
          go={(bank) => void attempt(() => goToBankProof(bank, proof), onClose)}
        />
      ) : null}
    </Sheet>
  );
}

/** The other way to show who it is: the login at a bank that they linked. */
function AtBank({
  isOnly,
  faces,
  busy,
  go,
}: {
  readonly isOnly: boolean;
  readonly faces: readonly BankFace[];
  readonly busy: boolean;
  readonly go: (bank: string) => void;
}): ReactNode {
  const texts = proofTexts[useWords().locale];
  return (
    <>
      <h3 className={styles.or}>{isOnly ? texts.onlyBank : texts.atBank}</h3>
      <ul className={styles.banks}>
        {faces.map((face) => (
          <li key={face.id}>
            <button type="button" className={styles.bank} disabled={busy} onClick={() => go(face.id)}>
              <Mark face={face} size="middle" />
              <span>{face.name}</span>
              <Icon name="right" />
            </button>
          </li>
        ))}
      </ul>
      <p className={styles.note}>{texts.after}</p>
    </>
  );
}
