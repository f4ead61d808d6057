import type { PreparedAnswer } from '#contract';
import { Button, Sheet } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import { writeId } from './composer.tsx';
import { useDesk, useDeskState, useSurface } from './context.tsx';
import { filled } from './filling.ts';
import { KeysSheet } from './keys-sheet.tsx';
import { DeskIcon } from './icons.tsx';
import { Field } from './parts.tsx';
import { fragmentOf } from './place.ts';
import { ProposeSheet } from './propose-sheet.tsx';
import { seldom } from './rail.tsx';
import styles from './sheets.module.css';
import { TransferSheet } from './transfer-sheet.tsx';
import { useDeskWords } from './words.ts';

/** What lies over the desk now. */
export function Sheets({
  letters,
  setLetters,
}: {
  readonly letters: boolean;
  readonly setLetters: (on: boolean) => void;
}): ReactNode {
  const surface = useSurface();
  const onClose = (): void => surface.openSheet(undefined);
  switch (surface.sheet) {
    case 'keys':
      return <KeysSheet letters={letters} setLetters={setLetters} onClose={onClose} />;
    case 'transfer':
      return <TransferSheet onClose={onClose} />;
    case 'propose':
      return <ProposeSheet onClose={onClose} />;
    case 'close':
      return <CloseSheet onClose={onClose} />;
    case 'canned':
      return <CannedSheet onClose={onClose} />;
    case 'me':
      return <MeSheet onClose={onClose} />;
    case 'more':
      return <MoreSheet onClose={onClose} />;
    case undefined:
      return null;
  }
}

interface OnClose {
  readonly onClose: () => void;
}

/** Places that have no room on a phone's rail. */
function MoreSheet({ onClose }: OnClose): ReactNode {
  const words = useDeskWords();
  return (
    <Sheet title={words.say('place.more')} onClose={onClose}>
      <nav className={styles.places} aria-label={words.say('place.more')}>
        {seldom.map(({ to, icon }) => (
          <a key={to} href={fragmentOf({ at: to })} onClick={onClose}>
            <DeskIcon name={icon} />
            {words.say(`place.${to}`)}
          </a>
        ))}
      </nav>
    </Sheet>
  );
}

function CloseSheet({ onClose }: OnClose): ReactNode {
  const words = useDeskWords();
  const { hub, sync } = useDesk();
  return (
    <Sheet title={words.say('close.title')} onClose={onClose}>
      <div className={styles.form}>
        <p>{words.say('close.lead')}</p>
        <Button
          weight="main"
          wide
          onClick={() => {
            void sync.move((caseId, seenSeq) => hub.closeCase(caseId, seenSeq));
            onClose();
          }}
        >
          {words.say('close.do')}
        </Button>
        <Button weight="bare" wide onClick={onClose}>
          {words.say('cancel')}
        </Button>
      </div>
    </Sheet>
  );
}

/** Prepared answers to put in; what is known is filled in already. */
function CannedSheet({ onClose }: OnClose): ReactNode {
  const words = useDeskWords();
  const { hub, sync } = useDesk();
  const { opened, me } = useDeskState();
  const [answers, setAnswers] = useState<readonly PreparedAnswer[] | undefined>(undefined);
  const [search, setSearch] = useState('');
  useEffect(() => {
    let stale = false;
    hub.answers().then(
      (all) => {
        if (!stale) setAnswers(all.filter(({ kind }) => kind === 'canned'));
      },
      () => {
        if (!stale) setAnswers([]);
      },
    );
    return () => {
      stale = true;
    };
  }, [hub]);
  const brief = opened?.view?.brief;
  const filling = { bank: me?.bank.name, case: brief && String(brief.number), staff: me?.name };
  const locale = brief?.locale ?? 'en';
  const found = answers
    ?.map((answer) => ({ ...answer, text: filled(answer.texts[locale], filling) }))
    .filter(fits(search));
  const use = (text: string): void => {
    if (!opened) return;
    const before = sync.draft(opened.caseId).answer;
    sync.write(opened.caseId, 'answer', before.trim() === '' ? text : `${before.trimEnd()}\n${text}`);
    onClose();
    // The sheet gives the focus back to what opened it; whoever chose goes on writing, and sends.
    requestAnimationFrame(() => document.getElementById(writeId)?.focus());
  };
  return (
    <Sheet title={words.say('canned.title')} onClose={onClose}>
      <div className={styles.form}>
        <Field label={words.say('canned.search')}>
          {({ id }) => (
            <input
              id={id}
              type="search"
              // The sheet is opened to search.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              value={search}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
          )}
        </Field>
        {found?.length === 0 ? <p className={styles.hint}>{words.say('canned.none')}</p> : null}
        <ul className={styles.canned}>
          {found?.map(({ key, title, text }) => (
            <li key={key}>
              <button type="button" onClick={() => use(text)}>
                <b>{title}</b>
                <span>{text}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  );
}

/** Whether a prepared answer holds each word that is looked for. */
export function fits(
  search: string,
): (answer: { readonly title: string; readonly key: string; readonly text: string }) => boolean {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ title, key, text }) => {
    const whole = `${title} ${key} ${text}`.toLowerCase();
    return wanted.every((word) => whole.includes(word));
  };
}

function MeSheet({ onClose }: OnClose): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { me } = useDeskState();
  if (!me) return null;
  return (
    <Sheet title={me.name} onClose={onClose}>
      <div className={styles.form}>
        <ul className={styles.facts}>
          <li>
            {words.say(`role.${me.role}`)}, {me.bank.name}
          </li>
          <li>{words.say('me.teams', { teams: words.list(me.teams.map((team) => words.say(`team.${team}`))) })}</li>
          <li>{words.say('me.capacity', { count: me.capacity })}</li>
          <li>{words.say('me.until', { time: words.time(me.until) })}</li>
        </ul>
        <Button wide onClick={() => void sync.signOut()}>
          {words.say('signOut')}
        </Button>
      </div>
    </Sheet>
  );
}
