import type { ChatField, LookReason } from '#contract';
import { Button, classes } from '#web/kit';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useDesk, useDeskState, useSurface } from './context.tsx';
import { DeskIcon, Tool } from './icons.tsx';
import { chatFields, lookReasons } from './lists.ts';
import { LookedRows } from './looked.tsx';
import { Mark } from './parts.tsx';
import styles from './shares.module.css';
import { useDeskWords } from './words.ts';

/** What the customer shares for this case: masked until it is needed, and each look with its reason. */
export function SharesPane(): ReactNode {
  const words = useDeskWords();
  const surface = useSurface();
  const { opened } = useDeskState();
  const view = opened?.view;
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!surface.sharesInFront) return;
    // What came in front is where one goes on; its way back is hidden where it always stands beside the case.
    const buttons = Array.from(pane.current?.querySelectorAll('button') ?? []);
    buttons.find(({ offsetParent }) => offsetParent !== null)?.focus();
  }, [surface.sharesInFront]);
  return (
    <aside
      ref={pane}
      className={classes(styles.pane, surface.sharesInFront && styles.inFront)}
      aria-label={words.say('shares.title')}
    >
      <header className={styles.head}>
        <Tool
          icon="back"
          name={words.say('back')}
          className={styles.backTool}
          onClick={() => surface.showShares(false)}
        />
        <div>
          <h2>{words.say('shares.title')}</h2>
          <p>{words.say('shares.for')}</p>
        </div>
      </header>
      {view?.brief.state === 'closed' ? (
        <p className={styles.none}>{words.say('shares.closed')}</p>
      ) : view ? (
        <>
          <p className={styles.seen}>
            <DeskIcon name="look" size={16} />
            <span>{words.say('shares.seen')}</span>
          </p>
          {chatFields.map((field) => (
            <FieldOfCustomer
              key={`${opened.caseId} ${field}`}
              field={field}
              shared={view.shares.some((one) => one.field === field && one.shared)}
            />
          ))}
        </>
      ) : (
        <p className={styles.none}>{words.say('shares.none')}</p>
      )}
      <Budget />
    </aside>
  );
}

function FieldOfCustomer({ field, shared }: { readonly field: ChatField; readonly shared: boolean }): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { opened } = useDeskState();
  const [choosing, setChoosing] = useState(false);
  const head = useId();
  const name = words.say(`field.${field}`);
  const looked = opened?.looked[field];
  return (
    <section className={styles.field} aria-labelledby={head}>
      <div className={styles.fieldHead}>
        <h3 id={head}>{name}</h3>
        {looked ? (
          <Mark>{words.say('shares.shown', { time: words.time(looked.at) })}</Mark>
        ) : shared ? (
          <Button
            aria-expanded={choosing}
            aria-label={words.say('shares.showField', { field: name })}
            onClick={() => setChoosing(!choosing)}
          >
            <DeskIcon name="look" size={16} />
            {words.say('shares.show')}
          </Button>
        ) : null}
      </div>
      {looked ? <LookedRows looked={looked} /> : null}
      {!looked && shared && !choosing ? (
        <p className={styles.masked}>
          <span aria-hidden="true">•••••••••</span>
          <span>{words.say('shares.masked')}</span>
        </p>
      ) : null}
      {choosing && !looked ? (
        <Reasons
          field={field}
          choose={(reason) => {
            setChoosing(false);
            void sync.look({ field, reason });
          }}
          leave={() => setChoosing(false)}
        />
      ) : null}
      {shared ? null : (
        <p className={styles.notShared}>
          {words.say('shares.notShared')}{' '}
          {opened?.asked.includes(field) ? (
            words.say('shares.asked')
          ) : (
            <button
              type="button"
              className={styles.ask}
              aria-label={words.say('shares.askField', { field: name })}
              onClick={() => void sync.askFor(field)}
            >
              {words.say('shares.ask')}
            </button>
          )}
        </p>
      )}
    </section>
  );
}

/** Reasons that make sense for a field; each field can be looked at to answer. */
const reasonsOf: Readonly<Record<ChatField, readonly LookReason[]>> = {
  accounts: ['answer-question', 'check-balance', 'check-purchase', 'check-card'],
  balances: ['answer-question', 'check-balance', 'check-purchase'],
  purchases: ['answer-question', 'check-purchase', 'check-card', 'check-dispute'],
  card: ['answer-question', 'check-card', 'check-purchase'],
  disputes: ['answer-question', 'check-dispute', 'check-purchase'],
};

function Reasons({
  field,
  choose,
  leave,
}: {
  readonly field: ChatField;
  readonly choose: (reason: LookReason) => void;
  readonly leave: () => void;
}): ReactNode {
  const words = useDeskWords();
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => group.current?.querySelector('button')?.focus(), []);
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    leave();
  };
  return (
    <fieldset
      ref={group}
      className={styles.reasons}
      aria-label={words.say('shares.whyField', { field: words.say(`fieldIn.${field}`) })}
    >
      <p>{words.say('shares.why')}</p>
      {lookReasons
        .filter((reason) => reasonsOf[field].includes(reason))
        .map((reason) => (
          <Button key={reason} wide onKeyDown={escape} onClick={() => choose(reason)}>
            {words.say(`reason.${reason}`)}
          </Button>
        ))}
      <p className={styles.hint}>{words.say('shares.whySeen')}</p>
    </fieldset>
  );
}

/** How many customers whoever sits here has looked at within the hour, of how many they may. */
function Budget(): ReactNode {
  const words = useDeskWords();
  const { me } = useDeskState();
  const id = useId();
  if (!me) return null;
  const { used, max } = me.budget;
  return (
    <div className={styles.budget}>
      <p>
        <span id={id}>{words.say('shares.budget')}</span>
        <b>{words.say('shares.budgetOf', { used: words.number(used), max: words.number(max) })}</b>
      </p>
      <meter aria-labelledby={id} min={0} max={max} value={used} />
      {used >= max ? <p className={styles.hint}>{words.say('shares.budgetFull')}</p> : null}
    </div>
  );
}
