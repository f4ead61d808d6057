import { Button, CardGhost, classes, Hidden, Icon, Tile } from '#web/kit';
import { useWords } from '#web/words';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useActions, useConversation } from './context.tsx';
import { MessageRow, OutgoingRow } from './message.tsx';
import { rowsOf, type Row } from './rows.ts';
import { ScrollKeeper, type View } from './scrolling.ts';
import type { ConversationState, Press } from './state.ts';
import styles from './thread.module.css';

const startView: View = { atEnd: true, seenSeq: 0, nearTop: false };

/** The conversation: every message, from the oldest loaded to the newest. */
export function Thread({ nowMs }: { readonly nowMs: number }): ReactNode {
  const words = useWords();
  const state = useConversation();
  const { sync } = useActions();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const keeper = useRef<ScrollKeeper | undefined>(undefined);
  const [view, setView] = useState(startView);
  const rows = useMemo(
    () => rowsOf(state, words, nowMs),
    [state.messages, state.outgoing, state.marks, state.unreadAfter, words, nowMs],
  );

  useLayoutEffect(() => {
    if (!scroller.current || !list.current) return;
    const made = new ScrollKeeper(scroller.current, list.current, (seen) =>
      setView((before) => (sameView(before, seen) ? before : seen)),
    );
    keeper.current = made;
    const unread = list.current.querySelector('[data-unread]');
    if (unread) made.toRow(unread);
    else made.hold();
    return () => made.stop();
  }, []);

  useLayoutEffect(() => keeper.current?.hold(), [rows, state.typing]);

  const typed = state.outgoing.at(-1)?.clientId;
  useLayoutEffect(() => {
    if (typed) keeper.current?.toEnd(false);
  }, [typed]);

  useEffect(() => {
    if (view.nearTop && state.hasOlder && !state.loadingOlder) void sync.older();
  }, [view.nearTop, state.hasOlder, state.loadingOlder, sync]);

  useReading(view.seenSeq, state);

  const newest = state.messages.at(-1)?.seq ?? 0;
  const waiting = state.messages.filter(({ seq, message }) => seq > view.seenSeq && message.author !== 'customer').length;
  return (
    <div className={styles.frame}>
      <div ref={scroller} className={styles.scroller} tabIndex={0} role="region" aria-label={words.say('thread.name')}>
        {state.hasOlder ? (
          <div className={styles.older}>
            <Hidden>{state.loadingOlder ? words.say('thread.loading') : ''}</Hidden>
            <CardGhost />
          </div>
        ) : null}
        <ol ref={list} className={styles.list}>
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              newest={row.row === 'message' && row.shown.seq === newest}
              presses={row.row === 'message' && row.shown.message.actions ? state.presses : noPresses}
              offline={row.row === 'outgoing' && state.offline}
              nowMs={nowMs}
            />
          ))}
          {state.typing ? (
            <li key="typing" className={styles.typing}>
              <span role="img" aria-label={words.say('thread.typing')}>
                <i />
                <i />
                <i />
              </span>
            </li>
          ) : null}
        </ol>
      </div>
      {view.atEnd ? null : (
        <button
          type="button"
          className={classes(styles.pill, waiting > 0 && styles.pillNew)}
          onClick={() => keeper.current?.toEnd(true)}
        >
          <Icon name="arrow-down" size={16} />
          {waiting > 0 ? words.say('thread.new', { count: waiting }) : <Hidden>{words.say('thread.toEnd')}</Hidden>}
        </button>
      )}
    </div>
  );
}

const noPresses: Readonly<Record<string, Press>> = {};

function sameView(a: View, b: View): boolean {
  return a.atEnd === b.atEnd && a.seenSeq === b.seenSeq && a.nearTop === b.nearTop;
}

/** Tells the hub how far was read, while somebody is looking. */
function useReading(seenSeq: number, { messages }: ConversationState): void {
  const { sync } = useActions();
  useEffect(() => {
    const tell = (): void => {
      if (document.visibilityState === 'visible' && seenSeq > 0) sync.read(seenSeq);
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [seenSeq, messages, sync]);
}

interface RowViewProps {
  readonly row: Row;
  readonly newest: boolean;
  readonly presses: Readonly<Record<string, Press>>;
  readonly offline: boolean;
  readonly nowMs: number;
}

const RowView = memo(
  function RowView({ row, newest, presses, offline, nowMs }: RowViewProps): ReactNode {
    const words = useWords();
    switch (row.row) {
      case 'day':
        return (
          <li className={styles.day}>
            <DayName at={row.at} nowMs={nowMs} />
          </li>
        );
      case 'unread':
        return (
          <li className={styles.unread} data-unread="">
            {words.say('thread.new', { count: row.count })}
          </li>
        );
      case 'message':
        return (
          <li className={styles.row} data-seq={row.shown.seq}>
            <MessageRow message={row.shown.message} mark={row.mark} newest={newest} presses={presses} nowMs={nowMs} />
          </li>
        );
      case 'outgoing':
        return (
          <li className={styles.row}>
            <OutgoingRow outgoing={row.outgoing} offline={offline} />
          </li>
        );
    }
  },
  (before, after) =>
    sameRow(before.row, after.row) &&
    before.newest === after.newest &&
    before.presses === after.presses &&
    before.offline === after.offline &&
    before.nowMs === after.nowMs,
);

function sameRow(a: Row, b: Row): boolean {
  if (a.row === 'message' && b.row === 'message') return a.shown === b.shown && a.mark === b.mark;
  if (a.row === 'outgoing' && b.row === 'outgoing') return a.outgoing === b.outgoing;
  if (a.row === 'unread' && b.row === 'unread') return a.count === b.count;
  return a.row === 'day' && b.row === 'day' && a.at === b.at;
}

function DayName({ at, nowMs }: { readonly at: string; readonly nowMs: number }): ReactNode {
  const words = useWords();
  const day = words.day(at, nowMs);
  const ago = words.daysAgo(at, nowMs);
  return <time dateTime={at}>{ago === 0 ? words.say('day.today', { day }) : ago === 1 ? words.say('day.yesterday', { day }) : day}</time>;
}

/** Before the first message: what will be here, and the one thing to do. */
export function Empty(): ReactNode {
  const words = useWords();
  const { chooseBank } = useActions();
  return (
    <div className={styles.emptyFrame}>
      <section className={styles.empty}>
        <Tile icon="bank" />
        <h2>{words.say('empty.title')}</h2>
        <p>{words.say('empty.text')}</p>
        <Button weight="main" onClick={chooseBank}>
          {words.say('linkBank')}
        </Button>
        <small>{words.say('empty.promise')}</small>
      </section>
    </div>
  );
}

/** While the first page is on its way: its shape. */
export function Opening(): ReactNode {
  const words = useWords();
  return (
    <div className={styles.opening} aria-busy="true">
      <Hidden>{words.say('thread.loading')}</Hidden>
      <CardGhost />
      <CardGhost />
    </div>
  );
}
