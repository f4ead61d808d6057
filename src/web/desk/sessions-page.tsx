import type { StaffSessionFace } from '#contract';
import { Button, ErrorLine } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { useDesk, useDeskState, useMinute } from './context.tsx';
import styles from './pages.module.css';
import { Mark } from './parts.tsx';
import { Wide } from './wide.tsx';
import { useDeskWords } from './words.ts';

/** Who is signed in at this desk, and ending somebody's session. */
export function SessionsPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const [sessions, setSessions] = useState<readonly StaffSessionFace[] | 'failed' | undefined>(undefined);
  /** Grows with everything done, so that it is asked for anew. */
  const [round, setRound] = useState(0);
  const leads = me?.role === 'supervisor';
  useEffect(() => {
    if (!leads) return undefined;
    const asked = { round, stale: false };
    hub.sessions().then(
      (all) => {
        if (!asked.stale) setSessions(all);
      },
      () => {
        if (!asked.stale) setSessions('failed');
      },
    );
    return () => {
      asked.stale = true;
    };
  }, [hub, leads, round]);
  const end = (sessionId: string): void => {
    hub.revoke(sessionId).then(
      () => setRound(round + 1),
      () => setSessions('failed'),
    );
  };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 id="sessions-title">{words.say('sessions.title')}</h1>
      </header>
      <p className={styles.lead}>{words.say(leads ? 'sessions.lead' : 'sessions.only')}</p>
      {sessions === 'failed' ? <ErrorLine>{words.say('noAnswer')}</ErrorLine> : null}
      {Array.isArray(sessions) ? <SessionTable sessions={sessions} end={end} /> : null}
    </div>
  );
}

function SessionTable({
  sessions,
  end,
}: {
  readonly sessions: readonly StaffSessionFace[];
  readonly end: (sessionId: string) => void;
}): ReactNode {
  const words = useDeskWords();
  const nowMs = useMinute();
  return (
    <div className={styles.card}>
      <Wide labelledBy="sessions-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.say('sessions.name')}</th>
              <th scope="col">{words.say('sessions.role')}</th>
              <th scope="col">{words.say('sessions.since')}</th>
              <th scope="col">{words.say('sessions.seen')}</th>
              <th scope="col">{words.say('sessions.end')}</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map(({ sessionId, name, role, signedInAt, lastSeenAt, own }) => (
              <tr key={sessionId}>
                <th scope="row">{name}</th>
                <td>{words.say(`role.${role}`)}</td>
                <td>{words.moment(signedInAt, nowMs)}</td>
                <td>{words.moment(lastSeenAt, nowMs)}</td>
                <td>
                  {own ? (
                    <Mark>{words.say('sessions.own')}</Mark>
                  ) : (
                    <Button aria-label={words.say('sessions.endOf', { name })} onClick={() => end(sessionId)}>
                      {words.say('sessions.end')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </div>
  );
}
