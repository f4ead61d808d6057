import { Button, CardGhost, classes, Hidden, Icon, Tile } from '#web/kit';
import { useWords } from '#web/words';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useActions, useConversation } from './context.tsx';
import { MessageRow, OutgoingRow } from './message.tsx';
import { rowsOf, type Row } from './rows.ts';
import { ScrollKeeper, type View } from './scrolling.ts';
import type { Press } from './state.ts';
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
  const { me, messages, outgoing, marks, unreadAfter } = state;
  const rows = useMemo(
    () => rowsOf({ me, messages, outgoing, marks, unreadAfter }, words, nowMs),
    [me, messages, outgoing, marks, unreadAfter, words, nowMs],
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

  useLayoutEffect(() => keeper.current?.hold());

  const typed = outgoing.at(-1)?.clientId;
  useLayoutEffect(() => {
    if (typed) keeper.current?.toEnd(false);
  }, [typed]);

  useEffect(() => {
    if (view.nearTop && state.hasOlder && !state.loadingOlder) void sync.older();
  }, [view.nearTop, state.hasOlder, state.loadingOlder, sync]);

  useReading(view.seenSeq);

  const waiting = state.messages.filter(
    ({ seq, message }) => seq > view.seenSeq && message.author !== 'customer',
  ).length;
  return (
    <div className={styles.frame}>
      {/* Arrow keys scroll it: it must take the focus, though nothing in it is pressed. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section ref={scroller} className={styles.scroller} tabIndex={0} aria-label={words.say('thread.name')}>
        {state.hasOlder ? <Older loading={state.loadingOlder} /> : null}
        <ol ref={list} className={styles.list}>
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              presses={row.row === 'message' && row.shown.message.actions ? state.presses : noPresses}
              offline={row.row === 'outgoing' && state.offline}
              nowMs={nowMs}
            />
          ))}
          {state.typing ? <Typing key="typing" /> : null}
        </ol>
      </section>
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

/** Where older messages will come: their shape. */
function Older({ loading }: { readonly loading: boolean }): ReactNode {
  const words = useWords();
  return (
    <div className={styles.older}>
      <Hidden>{loading ? words.say('thread.loading') : ''}</Hidden>
      <CardGhost />
    </div>
  );
}

function Typing(): ReactNode {
  const words = useWords();
  return (
    <li className={styles.typing}>
      <Hidden>{words.say('thread.typing')}</Hidden>
      <span aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </li>
  );
}

const noPresses: Readonly<Record<string, Press>> = {};

function sameView(a: View, b: View): boolean {
  return a.atEnd === b.atEnd && a.seenSeq === b.seenSeq && a.nearTop === b.nearTop;
}

/** Tells the hub how far was read, while somebody is looking. */
function useReading(seenSeq: number): void {
  const { sync } = useActions();
  useEffect(() => {
    const tell = (): void => {
      if (document.visibilityState === 'visible' && seenSeq > 0) sync.read(seenSeq);
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [seenSeq, sync]);
}

interface RowViewProps {
  readonly row: Row;
  readonly presses: Readonly<Record<string, Press>>;
  readonly offline: boolean;
  readonly nowMs: number;
}

const RowView = memo(
  function RowView({ row, presses, offline, nowMs }: RowViewProps): ReactNode {
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
            <MessageRow message={row.shown.message} mark={row.mark} ways={row.ways} presses={presses} nowMs={nowMs} />
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
    before.presses === after.presses &&
    before.offline === after.offline &&
    before.nowMs === after.nowMs,
);

function sameRow(a: Row, b: Row): boolean {
  if (a.row === 'message' && b.row === 'message') return a.shown === b.shown && a.mark === b.mark && a.ways === b.ways;
  if (a.row === 'outgoing' && b.row === 'outgoing') return a.outgoing === b.outgoing;
  if (a.row === 'unread' && b.row === 'unread') return a.count === b.count;
  return a.row === 'day' && b.row === 'day' && a.at === b.at;
}

function DayName({ at, nowMs }: { readonly at: string; readonly nowMs: number }): ReactNode {
  const words = useWords();
  const day = words.day(at, nowMs);
  const ago = words.daysAgo(at, nowMs);
  return (
    <time dateTime={at}>
      {ago === 0 ? words.say('day.today', { day }) : ago === 1 ? words.say('day.yesterday', { day }) : day}
    </time>
  );
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
