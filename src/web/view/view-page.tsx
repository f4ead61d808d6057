import type { BankFace, Me, ViewAnswer } from '#contract';
import { callHub, HubProblem } from '#web/hub';
import { Button, ErrorLine, FacesProvider, TellerlineMark } from '#web/kit';
import { loadWords, WordsProvider, type Words } from '#web/words';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { Outside } from './outside.tsx';
import { Shown } from './shown.tsx';
import { SignIn } from './sign-in.tsx';
import { dropToken } from './token.ts';
import styles from './view.module.css';
import { loadViewWords, type ViewWords } from './words.ts';

interface Spoken {
  readonly words: Words;
  readonly own: ViewWords;
}

type State =
  | { readonly state: 'asked'; readonly busy: boolean; readonly problem?: string | undefined }
  | { readonly state: 'signing'; readonly banks: readonly BankFace[] }
  | { readonly state: 'over' }
  | { readonly state: 'shown'; readonly answer: ViewAnswer };

/**
 * The secure view: nothing is asked for before a tap, and nothing is shown before this browser is signed in as
 * whoever the address was sent to.
 */
export function ViewPage({
  first,
  taken,
  outside,
}: {
  readonly first: Spoken;
  /** The address's token; undefined when there is none. */
  readonly taken: { readonly token: string; readonly cameBack: boolean } | undefined;
  /** The whole address, when this browser is an app's. */
  readonly outside: string | undefined;
}): ReactNode {
  const [spoken, setSpoken] = useState(first);
  const [state, setState] = useState<State>({ state: 'asked', busy: false });
  const { words, own } = spoken;

  const open = useCallback(async (): Promise<void> => {
    if (!taken) return;
    setState({ state: 'asked', busy: true });
    const next = await ask(taken.token, first);
    if (next.spoken) setSpoken(next.spoken);
    setState(next.state);
  }, [taken, first]);
  // Back from the bank's login: it was tapped before.
  const resumed = useRef(false);
  useEffect(() => {
    if (!taken?.cameBack || resumed.current) return;
    resumed.current = true;
    void open();
  }, [taken, open]);
  useEffect(() => {
    document.documentElement.lang = own.locale;
    document.title = `${own.say('title')} · Tellerline`;
  }, [own]);

  return (
    <WordsProvider words={words}>
      <FacesProvider value={state.state === 'shown' ? state.answer.banks : []}>
        <div className={styles.page}>
          <header className={styles.top}>
            <TellerlineMark />
            <span>Tellerline</span>
          </header>
          <main className={styles.main}>
            {outside === undefined ? (
              <Inside own={own} state={state} has={taken !== undefined} open={() => void open()} />
            ) : (
              <Outside own={own} address={outside} />
            )}
          </main>
        </div>
      </FacesProvider>
    </WordsProvider>
  );
}

function Inside({
  own,
  state,
  has,
  open,
}: {
  readonly own: ViewWords;
  readonly state: State;
  readonly has: boolean;
  readonly open: () => void;
}): ReactNode {
  if (!has) return <Note title={own.say('none.title')} lines={[own.say('none.lead')]} chat={own.say('chat')} />;
  switch (state.state) {
    case 'shown':
      return <Shown own={own} answer={state.answer} />;
    case 'signing':
      return <SignIn own={own} banks={state.banks} signedIn={open} />;
    case 'over':
      return (
        <Note
          title={own.say('over.title')}
          lines={[own.say('over.lead'), own.say('over.fresh')]}
          chat={own.say('chat')}
        />
      );
    case 'asked':
      return (
        <section className={styles.card} aria-busy={state.busy}>
          <h1>{own.say('title')}</h1>
          <p>{own.say('ask.lead')}</p>
          {state.problem === undefined ? null : <ErrorLine>{state.problem}</ErrorLine>}
          <Button weight="main" wide disabled={state.busy} onClick={open}>
            {own.say(state.busy ? 'ask.opening' : state.problem === undefined ? 'ask.open' : 'again')}
          </Button>
        </section>
      );
  }
}

function Note({
  title,
  lines,
  chat,
}: {
  readonly title: string;
  readonly lines: readonly string[];
  readonly chat: string;
}): ReactNode {
  return (
    <section className={styles.card}>
      <h1>{title}</h1>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <a className={styles.chat} href="/">
        {chat}
      </a>
    </section>
  );
}

/** Asks the hub, once for each tap. A browser that nobody is signed in at gets a session first, in which to sign in. */
async function ask(token: string, { words, own }: Spoken): Promise<{ state: State; spoken?: Spoken }> {
  try {
    const answer = await callHub<ViewAnswer>('POST', '/api/view', { token });
    dropToken();
    const { locale, timeZone } = answer;
    const [theirs, view] = await Promise.all([loadWords(locale, timeZone), loadViewWords(locale, timeZone)]);
    return { state: { state: 'shown', answer }, spoken: { words: theirs, own: view } };
  } catch (error) {
    if (!(error instanceof HubProblem)) throw error;
    if (error.code === 'view_over') {
      dropToken();
      return { state: { state: 'over' } };
    }
    if (error.code !== 'view_foreign') return refused(own, error);
  }
  try {
    const manner = { locale: words.locale, timeZone: words.timeZone };
    const { banks } = await callHub<Me>('POST', '/api/session', manner);
    return { state: { state: 'signing', banks } };
  } catch (error) {
    return refused(own, error);
  }
}

function refused(own: ViewWords, error: unknown): { state: State } {
  if (!(error instanceof HubProblem)) throw error;
  return { state: { state: 'asked', busy: false, problem: own.say('no.answer') } };
}
