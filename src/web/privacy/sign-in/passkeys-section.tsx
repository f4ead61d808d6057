import type { LooseningAct, PasskeyFace, Passkeys } from '#contract';
import { Button, ErrorLine, useFace } from '#web/kit';
import { addPasskey, goToBankProof, problemWords, removePasskey } from '#web/passkeys';
import { useWords } from '#web/words';
import { useId, useState, type ReactNode } from 'react';
import { browserName } from './browser-name.ts';
import styles from './sign-in.module.css';

interface Props {
  readonly passkeys: Passkeys;
  /** Reads everything anew. */
  readonly changed: () => void;
  /** When this was read, milliseconds since 1970. */
  readonly nowMs: number;
}

const adding: LooseningAct = { act: 'add-passkey', subject: '' };

/** The customer's passkeys: add one, remove one; where no passkey is at hand, by the login at a linked bank. */
export function PasskeysSection({ passkeys: { passkeys, adding: takes, banks }, nowMs, changed }: Props): ReactNode {
  const words = useWords();
  const heading = useId();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<{ readonly said: string; readonly act: LooseningAct } | undefined>(undefined);
  const attempt = async (act: LooseningAct, work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFailed(undefined);
    try {
      await work();
      changed();
    } catch (error) {
      setFailed({ said: problemWords(words, error), act });
    }
    setBusy(false);
  };
  const first = passkeys.length === 0;
  const mayAdd = !first || takes === 'free';
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <h2 id={heading}>{words.say('passkeys.title')}</h2>
      <p className={styles.lead}>{words.say('passkeys.lead')}</p>
      {first ? (
        <p className={styles.none}>{words.say('passkeys.none')}</p>
      ) : (
        <ul className={styles.list}>
          {passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.id}
              passkey={passkey}
              nowMs={nowMs}
              busy={busy}
              remove={() =>
                void attempt({ act: 'remove-passkey', subject: passkey.id }, () => removePasskey(passkey.id))
              }
            />
          ))}
        </ul>
      )}
      {failed ? <ErrorLine>{failed.said}</ErrorLine> : null}
      {failed && banks.length > 0 ? (
        <AtBank lead={words.say('passkeys.elsewhere')} banks={banks} act={failed.act} />
      ) : null}
      {mayAdd ? (
        <Button weight={first ? 'main' : 'plain'} disabled={busy} onClick={() => void attempt(adding, addPasskey)}>
          {words.say('passkeys.add')}
        </Button>
      ) : banks.length > 0 ? (
        // After the login the proof lies ready and the same button adds one.
        <>
          <AtBank lead={words.say('passkeys.atBankLead')} banks={banks} act={adding} />
          <Button disabled={busy} onClick={() => void attempt(adding, addPasskey)}>
            {words.say('passkeys.add')}
          </Button>
        </>
      ) : (
        <p className={styles.none}>{words.say('passkeys.noBank')}</p>
      )}
    </section>
  );
}

function PasskeyRow({
  passkey,
  busy,
  nowMs,
  remove,
}: {
  readonly passkey: PasskeyFace;
  readonly busy: boolean;
  readonly nowMs: number;
  readonly remove: () => void;
}): ReactNode {
  const words = useWords();
  const { addedAt, usedAt, backedUp } = passkey;
  const name = browserName(words, passkey);
  const when = words.moment(addedAt, nowMs);
  const facts = [
    words.say('passkeys.added', { when }),
    usedAt === null ? words.say('passkeys.unused') : words.say('passkeys.used', { when: words.moment(usedAt, nowMs) }),
    ...(backedUp ? [words.say('passkeys.backedUp')] : []),
  ];
  return (
    <li className={styles.row}>
      <div>
        <h3>{name}</h3>
        {facts.map((fact) => (
          <p key={fact}>{fact}</p>
        ))}
      </div>
      <Button
        weight="grave"
        disabled={busy}
        aria-label={words.say('passkeys.removeName', { name, when })}
        onClick={remove}
      >
        {words.say('passkeys.remove')}
      </Button>
    </li>
  );
}

/** The other way to prove that it is the customer: the login at a bank that they linked. */
function AtBank({
  lead,
  banks,
  act,
}: {
  readonly lead: string;
  readonly banks: readonly string[];
  readonly act: LooseningAct;
}): ReactNode {
  const words = useWords();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const go = (bank: string): void => {
    goToBankProof(bank, act).catch((error: unknown) => setProblem(problemWords(words, error)));
  };
  return (
    <div className={styles.atBank}>
      <p>{lead}</p>
      {banks.map((bank) => (
        <BankButton key={bank} bank={bank} go={() => go(bank)} />
      ))}
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
    </div>
  );
}

function BankButton({ bank, go }: { readonly bank: string; readonly go: () => void }): ReactNode {
  const words = useWords();
  const { name } = useFace(bank);
  return <Button onClick={go}>{words.say('passkeys.atBank', { bank: name })}</Button>;
}
