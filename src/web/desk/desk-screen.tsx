import { chooseTheme, classes, Hidden } from '#web/kit';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { CasePane } from './case-pane.tsx';
import { writeId } from './composer.tsx';
import { SurfaceProvider, useDesk, useDeskState, type SheetName, type Surface } from './context.tsx';
import styles from './desk.module.css';
import { claimNext, InboxPane, searchId } from './inbox.tsx';
import { commandOf, type Command, type KeyPlace } from './keys.ts';
import { goTo, usePlace, type Place } from './place.ts';
import { Rail } from './rail.tsx';
import { SharesPane } from './shares.tsx';
import { Sheets } from './sheets.tsx';
import { AnswersPage } from './answers-page.tsx';
import { LivePage } from './live-page.tsx';
import { HarvestLine, LooksPage } from './looks-page.tsx';
import { SessionsPage } from './sessions-page.tsx';
import { SettingsPage } from './settings-page.tsx';
import { WithdrawPage } from './withdraw-page.tsx';
import { useDeskWords } from './words.ts';

/** The name under which the choice of single letters is kept on this device. */
const lettersName = 'tellerline.desk.letters';

const guardPlace: Place = { at: 'withdraw' };

/** Everything behind the sign-in: the rail, and the inbox with its case, or one of the other places. */
export function DeskScreen({ switchLanguage }: { readonly switchLanguage: () => void }): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const state = useDeskState();
  const named = usePlace();
  // Whoever watches over the use of data sees no case, and has two places.
  const place = state.me?.role === 'privacy-officer' && named.at !== 'looks' ? guardPlace : named;
  const [sheet, openSheet] = useState<SheetName | undefined>(undefined);
  const [write, setWrite] = useState<{ as: 'answer' | 'note'; of?: string }>({ as: 'answer' });
  const [sharesOf, setSharesOf] = useState<string | undefined>(undefined);
  const [letters, setLetters] = useLetters();
  const caseId = place.at === 'case' ? place.caseId : undefined;
  // What was chosen for one case is not chosen for the next.
  const surface: Surface = useMemo(
    () => ({
      sheet,
      openSheet,
      writeAs: write.of === caseId ? write.as : 'answer',
      setWriteAs: (as) => setWrite({ as, of: caseId }),
      sharesInFront: caseId !== undefined && sharesOf === caseId,
      showShares: (on) => setSharesOf(on ? caseId : undefined),
    }),
    [sheet, write, sharesOf, caseId],
  );
  useEffect(() => {
    if (caseId === undefined) sync.shut();
    else void sync.open(caseId);
  }, [sync, caseId]);
  useKeys(surface, letters);
  const isInbox = place.at === 'inbox' || place.at === 'case';
  return (
    <SurfaceProvider value={surface}>
      <div className={styles.frame}>
        <output className={classes(state.offline && styles.offline)}>
          {state.offline ? words.say('offline') : null}
        </output>
        <HarvestLine />
        <div className={classes(styles.desk, isInbox && styles.withInbox)}>
          <Rail place={place.at} switchLanguage={switchLanguage} switchTheme={switchTheme} />
          {isInbox ? (
            <main className={classes(styles.panes, caseId !== undefined && styles.hasCase)}>
              <h1 className={styles.title}>{words.say('signIn.title')}</h1>
              <InboxPane openId={caseId} />
              <CasePane />
              <SharesPane />
            </main>
          ) : (
            <main className={styles.place}>
              {place.at === 'live' ? <LivePage /> : null}
              {place.at === 'answers' ? <AnswersPage /> : null}
              {place.at === 'sessions' ? <SessionsPage /> : null}
              {place.at === 'settings' ? <SettingsPage /> : null}
              {place.at === 'looks' ? <LooksPage /> : null}
              {place.at === 'withdraw' ? <WithdrawPage /> : null}
            </main>
          )}
        </div>
      </div>
      <Sheets letters={letters} setLetters={setLetters} />
      <Announcer />
    </SurfaceProvider>
  );
}

function switchTheme(): void {
  const dark = document.documentElement.dataset['theme']
    ? document.documentElement.dataset['theme'] === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  chooseTheme(dark ? 'light' : 'dark');
}

/** Whether single letters do anything: a setting of this device. */
function useLetters(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => {
    try {
      return localStorage.getItem(lettersName) !== 'off';
    } catch {
      // Storage is forbidden: letters are on until the page is left.
      return true;
    }
  });
  return [
    on,
    (next) => {
      setOn(next);
      try {
        localStorage.setItem(lettersName, next ? 'on' : 'off');
      } catch {
        // The choice holds until the page is left.
        return;
      }
    },
  ];
}

/** Says aloud, once, what came: politely, and fraud assertively. */
function Announcer(): ReactNode {
  const words = useDeskWords();
  const { announcement } = useDeskState();
  const said = announcement ? words.say(`announce.${announcement.what}`, { number: String(announcement.of) }) : '';
  return (
    <Hidden>
      <span aria-live="polite">{announcement?.urgent ? '' : <span key={announcement?.number}>{said}</span>}</span>
      <span aria-live="assertive">{announcement?.urgent ? <span key={announcement.number}>{said}</span> : ''}</span>
    </Hidden>
  );
}

function keyPlaceOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('dialog')) return 'dialogue';
  if (target.closest('input, textarea, select, [contenteditable]')) return 'field';
  return target.closest('[data-inbox]') ? 'inbox' : 'page';
}

/** Focuses a row of the inbox: the one `step` away from the one that has the focus, else from the open one. */
function walk(step: number | 'first' | 'last'): void {
  const rows = [...document.querySelectorAll<HTMLButtonElement>('[data-case]')];
  const held = rows.findIndex((row) => row === document.activeElement);
  const from = held >= 0 ? held : rows.findIndex((row) => row.tabIndex === 0);
  const moved = held >= 0 ? from + Number(step) : from;
  const at = step === 'first' ? 0 : step === 'last' ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, moved));
  rows[at]?.focus();
  rows[at]?.scrollIntoView({ block: 'nearest' });
}

/** The desk's keys, wherever the focus is. */
function useKeys(surface: Surface, letters: boolean): void {
  const { sync } = useDesk();
  const { opened, me } = useDeskState();
  const brief = opened?.view?.brief;
  const isMine = brief !== undefined && brief.state !== 'closed' && brief.claimedBy === me?.name;
  const mayMove = isMine || (brief !== undefined && brief.state !== 'closed' && me?.role === 'supervisor');
  const { openSheet, setWriteAs, showShares, sharesInFront } = surface;
  const run = useCallback(
    (command: Command, target: EventTarget | null): boolean => {
      switch (command) {
        case 'next':
        case 'previous':
          return done(() => walk(command === 'next' ? 1 : -1));
        case 'first':
        case 'last':
          return done(() => walk(command));
        case 'open':
          // The row that has the focus is a button, and opens by itself.
          return false;
        case 'search':
          return focusOn(searchId);
        case 'claim':
          return done(() => void claimNext(sync));
        case 'answer':
        case 'note':
          setWriteAs(command);
          return focusOn(writeId);
        case 'transfer':
        case 'close':
          return mayMove && done(() => openSheet(command));
        case 'propose':
          return isMine && done(() => openSheet('propose'));
        case 'shares':
          return done(() => showShares(!sharesInFront));
        case 'keys':
          return done(() => openSheet('keys'));
        case 'back':
          return done(() => goBack(target, sharesInFront, showShares));
      }
    },
    [sync, openSheet, setWriteAs, showShares, sharesInFront, isMine, mayMove],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const command = commandOf(event, keyPlaceOf(event.target), letters);
      if (command !== undefined && run(command, event.target)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [run, letters]);
}

const done = (act: () => void): boolean => {
  act();
  return true;
};

function focusOn(id: string): boolean {
  const element = document.getElementById(id);
  element?.focus();
  return element !== null;
}

/** Escape: out of what is in front, else from a field to the inbox, else from the case. */
function goBack(target: EventTarget | null, sharesInFront: boolean, showShares: (on: boolean) => void): void {
  if (sharesInFront) return showShares(false);
  const inField = target instanceof Element && target.closest('input, textarea, select') !== null;
  if (!inField && keyPlaceOf(target) !== 'inbox') goTo({ at: 'inbox' });
  walk(0);
}
