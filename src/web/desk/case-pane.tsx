import { Button } from '#web/kit';
import type { CaseView } from '#contract';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import styles from './case.module.css';
import { Composer } from './composer.tsx';
import { useDesk, useDeskState, useMinute, useSurface } from './context.tsx';
import { Entries } from './entries.tsx';
import { Tool } from './icons.tsx';
import { Clock } from './inbox.tsx';
import { Mark, Spoken, TroubleLine } from './parts.tsx';
import { goTo } from './place.ts';
import type { OpenedCase } from './state.ts';
import { topicOf, useDeskWords } from './words.ts';

/** Troubles that stand where one writes, not over the case. */
const ofWriting: ReadonlySet<string> = new Set(['answer_collides', 'case_not_claimed']);

/** The open case: what was asked, what has been said, and the field to answer in. */
export function CasePane(): ReactNode {
  const words = useDeskWords();
  const { opened } = useDeskState();
  if (!opened)
    return (
      <section className={styles.pane} aria-label={words.say('case.history')} id="case">
        <p className={styles.none}>{words.say('case.none')}</p>
      </section>
    );
  const { view, trouble } = opened;
  return (
    <section
      className={styles.pane}
      id="case"
      aria-label={view ? words.say('case.label', { number: String(view.brief.number) }) : words.say('loading')}
      aria-busy={view === undefined && trouble === undefined}
    >
      <Head opened={opened} />
      {trouble && !ofWriting.has(trouble.code) ? (
        <div className={styles.trouble}>
          <TroubleLine trouble={trouble} />
        </div>
      ) : null}
      {view ? (
        <>
          <Talk key={opened.caseId} opened={opened} view={view} />
          {view.brief.state === 'closed' ? (
            <p className={styles.over}>{words.say('write.closed')}</p>
          ) : (
            <Composer key={`write ${opened.caseId}`} opened={opened} view={view} />
          )}
        </>
      ) : trouble ? (
        <Closed caseId={opened.caseId} code={trouble.code} />
      ) : (
        <p className={styles.none}>{words.say('loading')}</p>
      )}
    </section>
  );
}

function Head({ opened: { view } }: { readonly opened: OpenedCase }): ReactNode {
  const words = useDeskWords();
  const surface = useSurface();
  const nowMs = useMinute();
  const brief = view?.brief;
  return (
    <header className={styles.head}>
      <Tool
        icon="back"
        name={words.say('keys.back')}
        className={styles.backTool}
        onClick={() => goTo({ at: 'inbox' })}
      />
      <div className={styles.headText}>
        <h2>{brief ? topicOf(words, brief.topic) : words.say('loading')}</h2>
        {brief ? (
          <p>
            {words.say('case.number', { number: String(brief.number) })},{' '}
            {words.say('case.opened', {
              time:
                words.daysAgo(brief.openedAt, nowMs) === 0
                  ? words.time(brief.openedAt)
                  : words.moment(brief.openedAt, nowMs),
            })}
          </p>
        ) : null}
      </div>
      {brief ? <Moves view={view} /> : null}
      <Tool
        icon="look"
        name={words.say('case.shares')}
        className={styles.sharesTool}
        aria-pressed={surface.sharesInFront}
        onClick={() => surface.showShares(!surface.sharesInFront)}
      />
    </header>
  );
}

/** A case that was closed before it was opened here: nothing of it is read, and it can be taken up again. */
function Closed({ caseId, code }: { readonly caseId: string; readonly code: string }): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const brief = useDeskState().cases.find((one) => one.caseId === caseId);
  if (code !== 'case_closed' && brief?.state !== 'closed') return null;
  return (
    <div className={styles.none}>
      {brief ? (
        <p>
          {topicOf(words, brief.topic)}, {words.say('case.number', { number: String(brief.number) })}
        </p>
      ) : null}
      <Button onClick={() => void sync.reopen()}>{words.say('case.reopen')}</Button>
    </div>
  );
}

/** What can be done to the case as it stands. */
function Moves({ view: { brief } }: { readonly view: CaseView }): ReactNode {
  const words = useDeskWords();
  const { hub, sync } = useDesk();
  const { me } = useDeskState();
  const surface = useSurface();
  if (brief.state === 'closed')
    return (
      <div className={styles.moves}>
        <Button onClick={() => void sync.reopen()}>{words.say('case.reopen')}</Button>
      </div>
    );
  const isMine = brief.claimedBy === me?.name;
  return (
    <div className={styles.moves}>
      {brief.claimedBy === undefined || (brief.late && !isMine) ? (
        <Button weight="main" onClick={() => void sync.claim(brief.caseId)}>
          {words.say(brief.claimedBy === undefined ? 'case.claim' : 'case.takeOver')}
        </Button>
      ) : null}
      {isMine ? (
        <Button weight="bare" onClick={() => void sync.move((caseId) => hub.move(caseId, 'release'))}>
          {words.say('case.release')}
        </Button>
      ) : null}
      {isMine || me?.role === 'supervisor' ? (
        <>
          <Button weight="bare" onClick={() => surface.openSheet('transfer')}>
            {words.say('case.transfer')}
          </Button>
          <Button weight={isMine ? 'plain' : 'bare'} onClick={() => surface.openSheet('close')}>
            {words.say('case.close')}
          </Button>
        </>
      ) : null}
    </div>
  );
}

/** How near to its end a list is still at its end, in CSS pixels. */
const nearPx = 80;

function toEnd(element: HTMLElement | null): void {
  element?.scrollTo({ top: element.scrollHeight });
}

function isAtEnd(element: HTMLElement | null): boolean {
  return !element || element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
}

function Talk({ opened, view }: { readonly opened: OpenedCase; readonly view: CaseView }): ReactNode {
  const words = useDeskWords();
  const { me } = useDeskState();
  const nowMs = useMinute();
  const scroll = useRef<HTMLElement>(null);
  const count = opened.entries.length;
  const atEnd = useRef(true);
  /** How many entries there were when whoever reads left the end; what comes then moves nothing that is being read. */
  const [left, setLeft] = useState<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (count > 0 && atEnd.current) toEnd(scroll.current);
  }, [count]);
  useEffect(() => {
    const element = scroll.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd(element);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const scrolled = (): void => {
    atEnd.current = isAtEnd(scroll.current);
    setLeft(atEnd.current ? undefined : (left ?? count));
  };
  return (
    <div className={styles.talkFrame}>
      <section
        ref={scroll}
        className={styles.talk}
        // Arrow keys scroll it: it must take the focus, though nothing in it is pressed.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={words.say('case.history')}
        onScroll={scrolled}
      >
        <Question view={view} />
        <Entries caseId={opened.caseId} entries={opened.entries} me={me?.name ?? ''} nowMs={nowMs} />
        <p className={styles.typing}>{opened.customerTyping ? words.say('case.customerTyping') : null}</p>
      </section>
      {left !== undefined && count > left ? (
        <div className={styles.below}>
          <Button weight="main" onClick={() => toEnd(scroll.current)}>
            {words.say('case.newBelow')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** The question as it was asked, what it was sorted as, and what was tried: nobody repeats themselves. */
function Question({ view: { brief, question, earlier } }: { readonly view: CaseView }): ReactNode {
  const words = useDeskWords();
  const nowMs = useMinute();
  const sorted = topicOf(words, question.sortedAs);
  const { confidence, sortedAs } = question;
  // How sure it was of what it could not sort tells nobody anything.
  const percent =
    confidence === undefined || sortedAs === 'other' ? undefined : `${words.number(Math.round(confidence * 100))} %`;
  return (
    <div className={styles.question}>
      <dl>
        {question.asked === undefined ? null : (
          <div>
            <dt>{words.say('asked')}</dt>
            <dd>
              <q>
                <Spoken text={question.asked} />
              </q>
            </dd>
          </div>
        )}
        {brief.state === 'closed' ? null : (
          <div>
            <dt>{words.say('tried')}</dt>
            <dd>
              {question.tried.length === 0
                ? words.say('tried.nothing')
                : [...new Set(question.tried)].map((sentence) => (
                    <p key={sentence}>
                      <Spoken text={sentence} />
                    </p>
                  ))}
            </dd>
          </div>
        )}
        <div>
          <dt>{words.say('sortedAs')}</dt>
          <dd>{percent === undefined ? sorted : words.say('sortedAs.sure', { topic: sorted, percent })}</dd>
        </div>
      </dl>
      <div className={styles.questionMarks}>
        {brief.priority === 'fraud' ? (
          <Mark icon="fraud" look="fraud">
            {words.say('case.fraud')}
          </Mark>
        ) : null}
        <Clock brief={brief} nowMs={nowMs} />
        {brief.priority === 'fraud' && brief.team === 'fraud' ? null : <Mark>{words.say(`team.${brief.team}`)}</Mark>}
        <Mark>{words.say(`case.language.${brief.locale}`)}</Mark>
      </div>
      {earlier.length === 0 ? null : (
        <p className={styles.earlier}>
          {words.say('case.earlier', {
            cases: words.list(
              earlier.map(({ number, topic }) =>
                words.say('case.earlierOne', { number: String(number), topic: topicOf(words, topic) }),
              ),
            ),
          })}
        </p>
      )}
    </div>
  );
}
