import type { BankFace, Locale, Me, QuickReply } from '#contract';
import { FacesProvider, Icon } from '#web/kit';
import { loadWords, useWords, WordsProvider, type Words } from '#web/words';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { goLinking, newPasskey, type Actions } from './actions.ts';
import styles from './app.module.css';
import { Composer } from './composer.tsx';
import type { ToProve } from './proof-sheet.tsx';
import { ActionsProvider, useConversation } from './context.tsx';
import { Header } from './header.tsx';
import type { Hub } from './hub.ts';
import type { ConversationState } from './state.ts';
import type { Storage } from './storage.ts';
import type { Sync } from './sync.ts';
import { Empty, Opening, Thread } from './thread.tsx';

interface AppProps {
  readonly hub: Hub;
  readonly sync: Sync;
  readonly storage: Storage;
  readonly firstWords: Words;
}

type OpenSheet = 'banks' | 'links' | 'about' | 'signIn' | ToProve | undefined;

/** Fetched once the first screen stands: they open at a press, and nobody presses before there is something to see. */
const loadSheets = () => import('./sheets.tsx');
const BanksSheet = lazy(async () => ({ default: (await loadSheets()).BanksSheet }));
const LinksSheet = lazy(async () => ({ default: (await loadSheets()).LinksSheet }));
const AboutSheet = lazy(async () => ({ default: (await loadSheets()).AboutSheet }));
const ReceiptSheet = lazy(async () => ({ default: (await loadSheets()).ReceiptSheet }));

/** Fetched when somebody has a chat on another device. */
const SignInSheet = lazy(async () => ({ default: (await import('./sign-in-sheet.tsx')).SignInSheet }));

/** Fetched when a button takes more than a press. */
const ProofSheet = lazy(async () => ({ default: (await import('./proof-sheet.tsx')).ProofSheet }));

/** Fetched when somebody writes to a bank's staff. */
const TalkLine = lazy(async () => ({ default: (await import('./talk-line.tsx')).TalkLine }));

/** The messenger: header, thread, composer, and what lies over them. */
export function App({ hub, sync, storage, firstWords }: AppProps): ReactNode {
  const [words, setWords] = useState(firstWords);
  const [sheet, setSheet] = useState<OpenSheet>(undefined);
  const actions = useMemo(
    (): Actions => ({
      sync,
      chooseBank: () => setSheet('banks'),
      linkBank: (bank) => goLinking(hub, bank, words.say('link.noAnswer')),
      addPasskey: () => newPasskey(words),
      signIn: () => setSheet('signIn'),
      prove: setSheet,
    }),
    [hub, sync, words],
  );
  return (
    <WordsProvider words={words}>
      <ActionsProvider actions={actions}>
        <Screen storage={storage} sync={sync} sheet={sheet} setSheet={setSheet} setWords={setWords} />
      </ActionsProvider>
    </WordsProvider>
  );
}

interface ScreenProps {
  readonly storage: Storage;
  readonly sync: Sync;
  readonly sheet: OpenSheet;
  readonly setSheet: (sheet: OpenSheet) => void;
  readonly setWords: (words: Words) => void;
}

function Screen({ storage, sync, sheet, setSheet, setWords }: ScreenProps): ReactNode {
  const words = useWords();
  const state = useConversation();
  const { me, phase } = state;
  const nowMs = useToday(words.daysAgo);
  const banks = useBanks(me);
  useLanguage(state, words, storage, setWords);
  useTitle(state);
  useEffect(() => {
    // Offline: they are asked for again when one is opened.
    loadSheets().catch(() => undefined);
  }, []);

  const language = (locale: Locale): void => {
    storage.set('locale', locale);
    sync.settings({ locale }).catch(() => {
      // Kept on this device; the hub is told again with the next choice.
      storage.set('locale', locale);
    });
  };
  const empty = phase === 'open' && state.messages.length === 0 && state.outgoing.length === 0 && !state.hasOlder;
  const close = useCallback(() => setSheet(undefined), [setSheet]);
  return (
    <FacesProvider value={banks}>
      <div className={styles.app}>
        <Header
          me={me}
          choices={{
            linkBank: () => setSheet('banks'),
            links: () => setSheet('links'),
            about: () => setSheet('about'),
            deleteAccount: () => sync.say(words.say('say.deleteAccount')),
            language,
          }}
        />
        <Offline shown={state.offline} />
        <main className={styles.main}>
          {phase === 'opening' && state.outgoing.length === 0 ? (
            <Opening />
          ) : empty ? (
            <Empty />
          ) : (
            <Thread key={phase} nowMs={nowMs} />
          )}
        </main>
        <Composer
          storage={storage}
          quickReplies={quickReplies(state, words)}
          above={me?.talk ? <TalkLine talk={me.talk} /> : null}
          offersLinking={phase === 'open' && !offersLinking(state, empty)}
        />
        <Announcer state={state} />
        <Suspense>
          {me && sheet === 'banks' ? <BanksSheet me={me} onClose={close} /> : null}
          {me && sheet === 'links' ? (
            <LinksSheet
              me={me}
              onClose={close}
              onStop={(bank) => {
                close();
                sync.say(words.say('say.stop', { bank: me.banks.find(({ id }) => id === bank)?.name ?? bank }));
              }}
            />
          ) : null}
          {me && sheet === 'signIn' ? <SignInSheet me={me} onClose={close} /> : null}
          {me && typeof sheet === 'object' ? <ProofSheet me={me} toProve={sheet} onClose={close} /> : null}
          {sheet === 'about' ? <AboutSheet onClose={close} /> : null}
          {state.receipt ? <ReceiptSheet receipt={state.receipt} onClose={() => sync.dismissReceipt()} /> : null}
        </Suspense>
      </div>
    </FacesProvider>
  );
}

/** The banks as last known: the receipt of a deleted account names them when its session is over. */
function useBanks(me: Me | undefined): readonly BankFace[] {
  const [known, setKnown] = useState<readonly BankFace[]>([]);
  if (me && me.banks !== known) setKnown(me.banks);
  return me?.banks ?? known;
}

/** The language follows what the customer chose last, here or on another device. */
function useLanguage(
  { me }: ConversationState,
  words: Words,
  storage: Storage,
  setWords: (words: Words) => void,
): void {
  const locale = me?.locale ?? words.locale;
  const timeZone = me?.timeZone ?? words.timeZone;
  useEffect(() => {
    document.documentElement.lang = locale;
    if (me) storage.set('locale', locale);
    if (locale === words.locale && timeZone === words.timeZone) return;
    let stale = false;
    loadWords(locale, timeZone).then(
      (loaded) => {
        if (!stale) setWords(loaded);
      },
      () => {
        // Offline and never loaded before: the language stays as it is until the next change.
        stale = true;
      },
    );
    return () => {
      stale = true;
    };
  }, [locale, timeZone, me, words, storage, setWords]);
}

/** How many came unseen, in the tab's title. */
function useTitle({ unreadAfter, messages }: ConversationState): void {
  const count =
    unreadAfter === undefined
      ? 0
      : messages.filter(({ seq, message }) => seq > unreadAfter && message.author !== 'customer').length;
  useEffect(() => {
    document.title = count > 0 && document.visibilityState === 'hidden' ? `(${count}) Tellerline` : 'Tellerline';
    const seen = (): void => {
      if (document.visibilityState === 'visible') document.title = 'Tellerline';
    };
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [count]);
}

/** The present, renewed when the day turns, so that "Today" stays true. */
function useToday(daysAgo: Words['daysAgo']): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      if (daysAgo(new Date(nowMs).toISOString(), Date.now()) !== 0) setNowMs(Date.now());
    }, 30_000);
    return () => clearInterval(timer);
  }, [nowMs, daysAgo]);
  return nowMs;
}

/** Said once, quietly; gone without a word when it is healed. */
function Offline({ shown }: { readonly shown: boolean }): ReactNode {
  const words = useWords();
  return (
    <output className={shown ? styles.offline : undefined}>
      {shown ? (
        <>
          <Icon name="offline" size={16} />
          {words.say('offline')}
        </>
      ) : null}
    </output>
  );
}

/** Suggestions of the newest message that has some; with a bank linked there are always a few. */
function quickReplies({ messages, me, outgoing, phase }: ConversationState, words: Words): readonly QuickReply[] {
  // Suggestions are for Tellerline; what is tapped would go to the bank's staff.
  if (phase === 'opening' || me?.talk) return [];
  const newest = messages.findLast(
    ({ message }) => message.quickReplies !== undefined || message.author === 'customer',
  );
  if (newest?.message.quickReplies && outgoing.length === 0) return newest.message.quickReplies;
  if (me === undefined || me.links.length === 0) return [];
  return (['quick.balance', 'quick.purchases', 'quick.places'] as const).map((id) => ({
    label: words.say(id),
    text: words.say(id),
  }));
}

/** One way to link a bank is in sight at any time, and never two of the same name. */
function offersLinking({ messages }: ConversationState, empty: boolean): boolean {
  const newest = messages.at(-1)?.message;
  return empty || (newest?.waysOn ?? []).some(({ way, bank }) => way === 'link-bank' && bank === undefined);
}

/** New messages for a screen reader: once each, politely; fraud at once. */
function Announcer({ state }: { readonly state: ConversationState }): ReactNode {
  const words = useWords();
  const { announcement } = state;
  const text = announcement
    ? announcement.texts.length > 3
      ? words.say('thread.new', { count: announcement.texts.length })
      : announcement.texts.join(' ')
    : '';
  // A changed key replaces the words, so that the same sentence twice is said twice.
  const said = <span key={announcement?.number}>{text}</span>;
  return (
    <div className={styles.announcer}>
      <div aria-live="polite">{announcement?.urgent ? null : said}</div>
      <div aria-live="assertive">{announcement?.urgent ? said : null}</div>
    </div>
  );
}
