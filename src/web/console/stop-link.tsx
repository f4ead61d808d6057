import type { BankFace, SupportLink } from '#contract';
import { HubProblem } from '#web/hub';
import { Button, ErrorLine } from '#web/kit';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { consoleHub } from './console.ts';
import styles from './console.module.css';
import type { ConsoleWords } from './words.ts';

interface StopLinkProps {
  readonly faces: readonly BankFace[];
  readonly words: ConsoleWords;
}

/** Stopping one link on its customer's word: found by the reference that the customer reads out, then confirmed. */
export function StopLink({ faces, words }: StopLinkProps): ReactNode {
  const [reference, setReference] = useState('');
  const [found, setFound] = useState<SupportLink | undefined>(undefined);
  const [stopped, setStopped] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const field = useId();
  const bank = faces.find(({ id }) => id === found?.bank)?.name ?? found?.bank ?? '';

  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      const known = error.code === 'reference_unknown' ? 'referenceUnknown' : undefined;
      const wrong = error.code === 'request_malformed' ? 'referenceWrong' : known;
      const refused = error.code === 'operator_required' ? 'stopRefused' : 'stopNoAnswer';
      setProblem(words.say(wrong ?? refused));
    } finally {
      setBusy(false);
    }
  };
  const find = (event: FormEvent): void => {
    event.preventDefault();
    setStopped(false);
    setFound(undefined);
    void run(async () => setFound(await consoleHub.link(reference.trim())));
  };
  const stop = (): void => {
    if (!found) return;
    void run(async () => {
      await consoleHub.stopLink(found.reference);
      setStopped(true);
    });
  };
  return (
    <>
      <h1 className={styles.title}>{words.say('stopLink')}</h1>
      <div className={styles.column}>
        <p className={styles.lead}>{words.say('stopLinkLead')}</p>
        <form className={styles.card} onSubmit={find}>
          <label className={styles.label} htmlFor={field}>
            {words.say('reference')}
          </label>
          <div className={styles.confirm}>
            <input
              id={field}
              className={styles.field}
              value={reference}
              autoComplete="off"
              spellCheck={false}
              maxLength={40}
              aria-describedby={`${field}-hint`}
              onInput={(event) => setReference(event.currentTarget.value)}
            />
            <Button type="submit" weight="main" disabled={busy || reference.trim() === ''}>
              {words.say('findLink')}
            </Button>
          </div>
          {problem ? <ErrorLine>{problem}</ErrorLine> : null}
          <p id={`${field}-hint`} className={styles.hint}>
            {words.say('referenceHint')}
          </p>
        </form>
        {found ? <Found found={found} bank={bank} words={words} stopped={stopped} busy={busy} stop={stop} /> : null}
      </div>
    </>
  );
}

interface FoundProps {
  readonly found: SupportLink;
  readonly bank: string;
  readonly words: ConsoleWords;
  readonly stopped: boolean;
  readonly busy: boolean;
  readonly stop: () => void;
}

function Found({ found, bank, words, stopped, busy, stop }: FoundProps): ReactNode {
  const { reference, linkedAt } = found;
  return (
    <section className={styles.card} aria-live="polite">
      <h2>{words.say(stopped ? 'linkStopped' : 'linkFound', { bank, reference })}</h2>
      <p>{stopped ? words.say('linkStoppedMore', { bank }) : words.say('linkedOn', { date: words.date(linkedAt) })}</p>
      {stopped ? null : (
        <Button weight="grave" disabled={busy} onClick={stop}>
          {words.say('stopIt', { bank })}
        </Button>
      )}
    </section>
  );
}
