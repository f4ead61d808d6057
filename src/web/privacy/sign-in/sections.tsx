import type { Passkeys, SessionFace } from '#contract';
import { ErrorLine } from '#web/kit';
import { hubCalls, problemWords, type SignInHub } from '#web/passkeys';
import { useWords } from '#web/words';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { PasskeysSection } from './passkeys-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import styles from './sign-in.module.css';

/** What both sections show; undefined until the hub has answered. */
interface Shown {
  readonly passkeys: Passkeys;
  readonly sessions: readonly SessionFace[];
  /** When it was read. */
  readonly atMs: number;
}

/**
 * "Passkeys" and "Where you are signed in". Needs `WordsProvider` and `FacesProvider` around it, and the
 * browser's session.
 *
 * @param hub another than the one that served the page, for a test
 */
export function SignInSections({ hub = hubCalls }: { readonly hub?: SignInHub }): ReactNode {
  const words = useWords();
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const read = useCallback((): void => {
    readAll(hub).then(setShown, (error: unknown) => setProblem(problemWords(words, error)));
  }, [hub, words]);
  useEffect(read, [read]);
  if (problem) return <ErrorLine>{problem}</ErrorLine>;
  if (!shown) return <div className={styles.waiting} aria-busy="true" />;
  return (
    <>
      <PasskeysSection passkeys={shown.passkeys} nowMs={shown.atMs} changed={read} />
      <SessionsSection sessions={shown.sessions} nowMs={shown.atMs} hub={hub} changed={read} />
    </>
  );
}

async function readAll(hub: SignInHub): Promise<Shown> {
  const [passkeys, sessions] = await Promise.all([hub.passkeys(), hub.sessions()]);
  return { passkeys, sessions, atMs: Date.now() };
}
