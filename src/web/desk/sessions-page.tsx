import type { StaffSessionFace } from '#contract';
import { Button } from '#web/kit';
import { useCallback, type ReactNode } from 'react';
import { useAsked } from './asked.ts';
import { useDesk, useDeskState, useMinute } from './context.tsx';
import styles from './pages.module.css';
import { Mark, TroubleLine } from './parts.tsx';
import { WideTable } from './wide-table.tsx';
import { useDeskWords } from './words.ts';

/** Who is signed in at this desk, and ending somebody's session. */
export function SessionsPage(): ReactNode {
  const words = useDeskWords();
  const { hub } = useDesk();
  const { me } = useDeskState();
  const leads = me?.role === 'supervisor';
  const ask = useCallback(() => hub.sessions(), [hub]);
  const { answer: sessions, trouble, again, fail } = useAsked(leads ? ask : undefined);
  const end = (sessionId: string): void => void hub.revoke(sessionId).then(again, fail);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 id="sessions-title">{words.say('sessions.title')}</h1>
      </header>
      <p className={styles.lead}>{words.say(leads ? 'sessions.lead' : 'sessions.only')}</p>
      <TroubleLine trouble={trouble} />
      {sessions ? <SessionTable sessions={sessions} end={end} /> : null}
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
      <WideTable
        labelledBy="sessions-title"
        heads={[
          words.say('sessions.name'),
          words.say('sessions.role'),
          words.say('sessions.since'),
          words.say('sessions.seen'),
          words.say('sessions.end'),
        ]}
      >
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
      </WideTable>
    </div>
  );
}
