import { Button, ErrorLine } from '#web/kit';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useDesk, useDeskState, useMinute } from './context.tsx';
import type { StaffSession } from './hub.ts';
import styles from './pages.module.css';
import { Mark } from './parts.tsx';
import { useDeskWords } from './words.ts';

/** Who is signed in at this desk, and ending somebody's session. */
export function SessionsPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const nowMs = useMinute();
  const [sessions, setSessions] = useState<readonly StaffSession[] | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const leads = me?.role === 'supervisor';
  const load = useCallback(async (): Promise<void> => {
    try {
      setSessions(await hub.sessions());
      setFailed(false);
    } catch {
      // Refused or unanswered, there is nothing to show; the line says so.
      setFailed(true);
    }
  }, [hub]);
  useEffect(() => {
    if (leads) void load();
  }, [leads, load]);
  const end = async (sessionId: string): Promise<void> => {
    try {
      await hub.revoke(sessionId);
    } catch {
      // What is asked for next shows whether it has ended.
      setFailed(true);
    }
    await load();
  };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{words.say('sessions.title')}</h1>
      </header>
      <p className={styles.lead}>{words.say(leads ? 'sessions.lead' : 'sessions.only')}</p>
      {failed ? <ErrorLine>{words.say('noAnswer')}</ErrorLine> : null}
      {sessions ? (
        <section className={styles.card} aria-label={words.say('sessions.title')}>
          <div className={styles.wide} role="region" aria-label={words.say('sessions.title')} tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.say('sessions.name')}</th>
                  <th scope="col">{words.say('sessions.role')}</th>
                  <th scope="col">{words.say('sessions.since')}</th>
                  <th scope="col">{words.say('sessions.seen')}</th>
                  <th scope="col">
                    <span className={styles.hint}>{words.say('sessions.end')}</span>
                  </th>
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
                        <Button aria-label={words.say('sessions.endOf', { name })} onClick={() => void end(sessionId)}>
                          {words.say('sessions.end')}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      ) : null}
    </div>
  );
}
