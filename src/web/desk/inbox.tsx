import { Button, classes, Hidden, Mark as BankMark } from '#web/kit';
import type { BankFace, CaseBrief } from '#contract';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { standingOf } from './clock.ts';
import { standingWords } from './clock-words.ts';
import { useDesk, useDeskState, useMinute } from './context.tsx';
import { DeskIcon } from './icons.tsx';
import type { InboxView } from './hub.ts';
import styles from './inbox.module.css';
import { Mark, Tabs, TroubleLine } from './parts.tsx';
import { goTo } from './place.ts';
import { topicOf, useDeskWords } from './words.ts';

/** Typing in the field of search is answered once it rests for so long. */
const restMs = 250;
const listId = 'inbox-cases';
/** The field of search, for the key that goes there. */
export const searchId = 'inbox-search';

/** The inbox: views with their counts, search, and a row for each case. Metadata alone stands here. */
export function InboxPane({ openId }: { readonly openId: string | undefined }): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { view, counts, search, trouble, opened, me } = useDeskState();
  const face = useOwnFace(me?.bank.id);
  const tabs = [
    { name: 'mine', words: words.say('inbox.mine', { count: words.number(counts.mine) }) },
    { name: 'waiting', words: words.say('inbox.waitingView', { count: words.number(counts.waiting) }) },
    { name: 'all', words: words.say('inbox.all', { count: words.number(counts.all) }) },
    { name: 'closed', words: words.say('inbox.closedView') },
  ] as const satisfies readonly { name: InboxView; words: string }[];
  return (
    <section className={styles.pane} aria-label={words.say('inbox')}>
      <header className={styles.head}>
        {face ? <BankMark face={face} size="middle" /> : null}
        <div className={styles.who}>
          <h2>{me?.bank.name}</h2>
          <p>{words.say('inbox.waiting', { count: counts.waiting })}</p>
        </div>
        <Button onClick={() => void claimNext(sync)}>{words.say('inbox.claimNext')}</Button>
      </header>
      <Search key={view} value={search} onSearch={(wanted) => sync.show(view, wanted)} />
      <div className={styles.views}>
        <Tabs
          label={words.say('inbox.views')}
          tabs={tabs}
          chosen={view}
          choose={(name) => sync.show(name)}
          controls={listId}
        />
      </div>
      {opened ? null : (
        <div className={styles.trouble}>
          <TroubleLine trouble={trouble} />
        </div>
      )}
      <Cases openId={openId} />
    </section>
  );
}

/** Takes the case that is due first and opens it. */
export async function claimNext(sync: ReturnType<typeof useDesk>['sync']): Promise<void> {
  const caseId = await sync.claim();
  if (caseId !== undefined) goTo({ at: 'case', caseId });
}

/** One's own bank as the directory shows it; nothing until it is there. */
function useOwnFace(bank: string | undefined): BankFace | undefined {
  const { hub } = useDesk();
  const [faces, setFaces] = useState<readonly BankFace[]>([]);
  useEffect(() => {
    let stale = false;
    hub.banks().then(
      (all) => {
        if (!stale) setFaces(all);
      },
      // Its name stands there without its mark.
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [hub]);
  return faces.find(({ id }) => id === bank);
}

function Search({
  value,
  onSearch,
}: {
  readonly value: string;
  readonly onSearch: (wanted: string) => void;
}): ReactNode {
  const words = useDeskWords();
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = window.setTimeout(() => onSearch(typed.trim()), restMs);
    return () => window.clearTimeout(timer);
  }, [typed, value, onSearch]);
  return (
    <div className={styles.search}>
      <DeskIcon name="search" size={16} />
      <input
        id={searchId}
        type="search"
        value={typed}
        placeholder={words.say('inbox.search')}
        aria-label={words.say('inbox.search')}
        title={words.say('inbox.searchHint')}
        maxLength={80}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

function Cases({ openId }: { readonly openId: string | undefined }): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { cases, view, search, loading, next, me } = useDeskState();
  const nowMs = useMinute();
  const [reached, setReached] = useState<string | undefined>(undefined);
  const stop = [reached, openId].find((id) => cases.some(({ caseId }) => caseId === id)) ?? cases[0]?.caseId;
  if (cases.length === 0)
    return (
      <div id={listId} className={styles.empty}>
        <p>
          {loading
            ? words.say('loading')
            : search === ''
              ? words.say(`inbox.empty.${view}`)
              : words.say('inbox.empty.search', { search })}
        </p>
      </div>
    );
  return (
    <div id={listId} className={styles.scroll} data-inbox>
      <ul className={styles.cases}>
        {cases.map((brief) => (
          <Row
            key={brief.caseId}
            brief={brief}
            me={me?.name ?? ''}
            nowMs={nowMs}
            isOpen={brief.caseId === openId}
            isStop={brief.caseId === stop}
            reach={() => setReached(brief.caseId)}
          />
        ))}
      </ul>
      {next === undefined ? null : (
        <div className={styles.more}>
          <Button disabled={loading} onClick={() => void sync.more()}>
            {words.say('inbox.more')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface RowProps {
  readonly brief: CaseBrief;
  readonly me: string;
  readonly nowMs: number;
  readonly isOpen: boolean;
  /** The one row that Tab stops at; arrows go on from there. */
  readonly isStop: boolean;
  readonly reach: () => void;
}

function Row({ brief, me, nowMs, isOpen, isStop, reach }: RowProps): ReactNode {
  const words = useDeskWords();
  const row = useRef<HTMLButtonElement>(null);
  const { topic, number, updatedAt, unread, claimedBy, state } = brief;
  const who = claimedBy === undefined ? words.say('case.free') : claimedBy === me ? words.say('case.mine') : claimedBy;
  const typing = brief.typing ?? [];
  return (
    <li>
      <button
        ref={row}
        type="button"
        className={classes(styles.row, isOpen && styles.rowOpen)}
        aria-current={isOpen ? 'true' : undefined}
        tabIndex={isStop ? 0 : -1}
        data-case={brief.caseId}
        onFocus={reach}
        onClick={() => goTo({ at: 'case', caseId: brief.caseId })}
      >
        <span className={styles.top}>
          <b className={classes(unread > 0 && styles.unread)}>
            {unread > 0 ? <Hidden>{words.say('case.unread', { count: unread })}: </Hidden> : null}
            {topicOf(words, topic)}
          </b>
          <time dateTime={updatedAt}>
            {words.daysAgo(updatedAt, nowMs) === 0 ? words.time(updatedAt) : words.moment(updatedAt, nowMs)}
          </time>
        </span>
        <span className={styles.second}>
          {words.say('case.number', { number: String(number) })}
          {state === 'closed' ? null : <> · {who}</>}
          {brief.locale === words.locale ? null : <> · {words.say(`case.language.${brief.locale}`)}</>}
        </span>
        <span className={styles.marks}>
          {brief.priority === 'fraud' ? (
            <Mark icon="fraud" look="fraud">
              {words.say('case.fraud')}
            </Mark>
          ) : null}
          {brief.priority === 'high' ? <Mark>{words.say('case.high')}</Mark> : null}
          {typing.length > 0 ? <Mark icon="typing">{words.list(typing)}</Mark> : null}
          <Clock brief={brief} nowMs={nowMs} />
          {brief.proposalWaits ? <Mark icon="propose">{words.say('case.proposalWaits')}</Mark> : null}
          {brief.rating === undefined ? null : <Mark>{words.say('case.rated', { rating: brief.rating })}</Mark>}
        </span>
      </button>
    </li>
  );
}

/** By when an answer was promised, and what is left of it. */
export function Clock({ brief, nowMs }: { readonly brief: CaseBrief; readonly nowMs: number }): ReactNode {
  const words = useDeskWords();
  const standing = standingOf(brief, nowMs);
  const look = standing.stands === 'late' ? 'late' : standing.stands === 'closed' ? 'done' : undefined;
  const icon = standing.stands === 'closed' ? 'done' : 'clock';
  return (
    <Mark icon={icon} look={look}>
      {standingWords(standing, words)}
    </Mark>
  );
}
