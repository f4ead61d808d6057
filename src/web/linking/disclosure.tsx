import { purposeOfChatField, type Disclosure, type Purpose } from '#contract';
import { ErrorLine, Icon, Mark, Tile, TransactionCard, type IconName } from '#web/kit';
import { useWords } from '#web/words';
import { useId, type ReactNode } from 'react';
import styles from './linking.module.css';
import type { Signing } from './signing.ts';

interface DisclosureProps {
  readonly disclosure: Disclosure;
}

/** What the bank's data may be used for, each with its own switch. */
export function Purposes({ disclosure, signing }: DisclosureProps & { readonly signing: Signing }): ReactNode {
  const words = useWords();
  const { chosen, choose, problem, purposesField } = signing;
  const offered = disclosure.purposes.filter(({ available }) => available).map(({ purpose }) => purpose);
  const all = chosen.size === offered.length;
  const toggle = (purpose: Purpose, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(purpose);
    else next.delete(purpose);
    choose(next);
  };
  return (
    <section className={styles.group}>
      <div className={styles.groupHead}>
        <h2>{words.say('linking.purposes')}</h2>
        {offered.length > 1 ? (
          <button type="button" className={styles.all} onClick={() => choose(new Set(all ? [] : offered))}>
            {words.say(all ? 'linking.untickAll' : 'linking.tickAll')}
          </button>
        ) : null}
      </div>
      <ul ref={purposesField} className={styles.list}>
        {disclosure.purposes.map((shown) => (
          <PurposeRow
            key={shown.purpose}
            shown={shown}
            on={chosen.has(shown.purpose)}
            toggle={toggle}
            signing={signing}
          />
        ))}
      </ul>
      {problem?.of === 'purposes' ? <ErrorLine>{problem.text}</ErrorLine> : null}
    </section>
  );
}

interface PurposeRowProps {
  readonly shown: Disclosure['purposes'][number];
  readonly on: boolean;
  readonly toggle: (purpose: Purpose, on: boolean) => void;
  readonly signing: Signing;
}

/** The whole row is the target; its name is the purpose's title, the rest describes it. */
function PurposeRow({ shown, on, toggle, signing }: PurposeRowProps): ReactNode {
  const { purpose, title, note, data, available, fields } = shown;
  const id = useId();
  return (
    <li className={available ? undefined : styles.unavailable}>
      <label className={styles.purpose}>
        <Tile icon={purpose} />
        <span className={styles.purposeText}>
          <b id={`${id}-title`}>{title}</b>
          <span id={`${id}-about`}>
            {note}
            {available ? <small>{data}</small> : null}
          </span>
        </span>
        <input
          type="checkbox"
          role="switch"
          className={styles.switch}
          checked={on}
          aria-checked={on}
          disabled={!available}
          aria-labelledby={`${id}-title`}
          aria-describedby={`${id}-about`}
          onChange={(event) => toggle(purpose, event.currentTarget.checked)}
        />
      </label>
      {on && fields ? <ChatFields fields={fields} signing={signing} /> : null}
    </li>
  );
}

/** What staff may see, each ticked by itself; what is not shared at all cannot be ticked, and says what it takes. */
function ChatFields({
  fields: { title, note, choices },
  signing: { chosen, chatFields, setChatField },
}: {
  readonly fields: NonNullable<Disclosure['purposes'][number]['fields']>;
  readonly signing: Signing;
}): ReactNode {
  const id = useId();
  return (
    <fieldset className={styles.fields} aria-describedby={`${id}-note`}>
      <legend>{title}</legend>
      <p id={`${id}-note`} className={styles.hint}>
        {note}
      </p>
      {choices.map(({ field, title: name, data, needs }) => {
        const isShared = chosen.has(purposeOfChatField[field]);
        return (
          <label key={field} className={styles.field}>
            <input
              type="checkbox"
              checked={chatFields.includes(field)}
              disabled={!isShared}
              aria-labelledby={`${id}-${field}`}
              aria-describedby={`${id}-${field}-about`}
              onChange={(event) => setChatField(field, event.currentTarget.checked)}
            />
            <span>
              <b id={`${id}-${field}`}>{name}</b>
              <span id={`${id}-${field}-about`}>{isShared || needs === undefined ? data : needs}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

function ExamplePurchase({ card }: { readonly card: NonNullable<Disclosure['previews']['card']> }): ReactNode {
  const { occurredAt } = card.transaction;
  return <TransactionCard content={card} at={occurredAt} nowMs={Date.parse(occurredAt)} />;
}

/** The very messages that will come: a real card, and lines. */
export function Previews({ disclosure: { bank, previews } }: DisclosureProps): ReactNode {
  return (
    <section className={styles.group}>
      <h2>{previews.title}</h2>
      <p className={styles.hint}>{previews.note}</p>
      {previews.card ? <ExamplePurchase card={previews.card} /> : null}
      {previews.lines.length > 0 ? (
        <ul className={styles.lines}>
          {previews.lines.map(({ purpose, text, when }) => (
            <li key={purpose + text}>
              <Mark face={bank} />
              <div>
                <p>{text}</p>
                <small>{when}</small>
              </div>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** A drawing for each item of a known section; a section or item that is new gets the plain one. */
const sectionIcons: Readonly<Partial<Record<string, readonly IconName[]>>> = {
  who: ['bank', 'link', 'customer-chat', 'link', 'ban'],
  data: ['eye', 'balances', 'transactions', 'fraud-alerts', 'account-management', 'customer-chat', 'check', 'wait'],
  duration: ['wait', 'wait'],
  stop: ['close', 'delete', 'transactions'],
  certification: ['check', 'check', 'info'],
  contact: ['customer-chat'],
};

interface SectionsProps extends DisclosureProps {
  readonly days: number;
  readonly setDays: (days: number) => void;
}

/** Every section in its order; the choice of how long stands in the one about it. */
export function Sections({ disclosure, days, setDays }: SectionsProps): ReactNode {
  const words = useWords();
  const { sections, durations } = disclosure;
  const own = sections.some(({ id }) => id === 'duration');
  const choice = <Durations durations={durations} days={days} setDays={setDays} />;
  return (
    <>
      {own ? null : (
        <section className={styles.group}>
          <h2>{words.say('linking.durations')}</h2>
          {choice}
        </section>
      )}
      {sections.map(({ id, title, items }) => (
        <section key={id} className={styles.group}>
          <h2>{title}</h2>
          {id === 'duration' ? choice : null}
          <ul className={styles.plain}>
            {items.map((item, index) => (
              <li key={item}>
                <Icon name={sectionIcons[id]?.[index] ?? 'info'} />
                <p>{item}</p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

type DurationsProps = Pick<SectionsProps, 'days' | 'setDays'> & Pick<Disclosure, 'durations'>;

function Durations({ durations, days, setDays }: DurationsProps): ReactNode {
  const words = useWords();
  const chosen = durations.find((one) => one.days === days);
  return (
    <>
      <div className={styles.segments} role="radiogroup" aria-label={words.say('linking.durations')}>
        {durations.map((one) => (
          <label key={one.days}>
            <input
              type="radio"
              name="duration"
              value={one.days}
              checked={one.days === days}
              onChange={() => setDays(one.days)}
            />
            <span>{one.label}</span>
          </label>
        ))}
      </div>
      <p className={styles.hint} aria-live="polite">
        {chosen?.ends}
      </p>
    </>
  );
}
