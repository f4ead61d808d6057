import type { SessionFace } from '#contract';
import { Button, ErrorLine, Tag } from '#web/kit';
import { problemWords, type SignInHub } from '#web/passkeys';
import { useWords } from '#web/words';
import { useId, useState, type ReactNode } from 'react';
import { browserName } from './browser-name.ts';
import styles from './sign-in.module.css';

interface Props {
  readonly sessions: readonly SessionFace[];
  readonly hub: SignInHub;
  /** Reads everything anew. */
  readonly changed: () => void;
  /** When this was read, milliseconds since 1970. */
  readonly nowMs: number;
}

/** Every browser that is signed in, and how to end it there. */
export function SessionsSection({ sessions, hub, nowMs, changed }: Props): ReactNode {
  const words = useWords();
  const heading = useId();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const end = async (work: () => Promise<number>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      setSaid(words.say('sessions.ended', { count: await work() }));
      changed();
    } catch (error) {
      setProblem(problemWords(words, error));
    }
    setBusy(false);
  };
  const others = sessions.filter(({ current }) => !current).length;
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <h2 id={heading}>{words.say('sessions.title')}</h2>
      <p className={styles.lead}>{words.say('sessions.lead')}</p>
      <ul className={styles.list}>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            nowMs={nowMs}
            busy={busy}
            end={() => void end(() => hub.endSession(session.id).then(() => 1))}
          />
        ))}
      </ul>
      <output className={styles.said}>{said}</output>
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
      {others > 1 ? (
        <Button weight="grave" disabled={busy} onClick={() => void end(() => hub.endOthers())}>
          {words.say('sessions.endOthers')}
        </Button>
      ) : null}
    </section>
  );
}

function SessionRow({
  session,
  busy,
  nowMs,
  end,
}: {
  readonly session: SessionFace;
  readonly busy: boolean;
  readonly nowMs: number;
  readonly end: () => void;
}): ReactNode {
  const words = useWords();
  const name = browserName(words, session);
  const since = words.moment(session.startedAt, nowMs);
  const seen = words.moment(session.lastSeenAt, nowMs);
  return (
    <li className={styles.row}>
      <div>
        <h3>{name}</h3>
        <p>{words.say('sessions.since', { when: since })}</p>
        <p>{words.say('sessions.seen', { when: seen })}</p>
      </div>
      {session.current ? (
        <Tag icon="check">{words.say('sessions.current')}</Tag>
      ) : (
        <Button
          weight="grave"
          disabled={busy}
          aria-label={words.say('sessions.endName', { name, when: since })}
          onClick={end}
        >
          {words.say('sessions.end')}
        </Button>
      )}
    </li>
  );
}
