import type { BankFace, MatterItem, MatterPart, MatterRow, MatterStep } from '#contract';
import { accentOf, classes, Hidden, Icon, Mark, More, PlaceMap } from '#web/kit';
import { useEffect, useState, type ReactNode } from 'react';
import type { ButtonDrawing, CardButtons } from './late-card.tsx';
import { MatterSign } from './matter-icons.tsx';
import type { LateWords } from './matter-words.ts';
import styles from './matter.module.css';

interface Around {
  readonly words: LateWords;
  /** The bank that the card speaks of. */
  readonly face: BankFace;
  readonly buttons: CardButtons | undefined;
}

/** The parts of a matter, one under the other. */
export function MatterParts({ parts, ...around }: Around & { readonly parts: readonly MatterPart[] }): ReactNode {
  const isInline = isInLine(parts, around.buttons);
  return keyed(parts, ({ part }) => part).map(([key, part]) => (
    <Part key={key} part={part} {...around} isInline={isInline} />
  ));
}

/** Each with a name of its own: the same may stand twice, such as a line of a receipt. */
function keyed<Item>(items: readonly Item[], nameOf: (item: Item) => string): (readonly [string, Item])[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const name = nameOf(item);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [`${name} ${count}`, item];
  });
}

/** One button alone stands beside the purchase that it is about. */
const isInLine = (parts: readonly MatterPart[], buttons: CardButtons | undefined): boolean =>
  buttons?.count === 1 && parts.some(({ part }) => part === 'matched');

function Part({
  part,
  isInline,
  ...around
}: Around & { readonly part: MatterPart; readonly isInline: boolean }): ReactNode {
  const { words, face, buttons } = around;
  switch (part.part) {
    case 'map':
      return (
        <div className={classes(part.height === 'tall' && styles.tall)} {...(part.bank && { style: accentOf(face) })}>
          <PlaceMap subjects={part.subjects} line={part.line} name={part.name} />
        </div>
      );
    case 'said':
      return <Said {...part} />;
    case 'live':
      return <Live {...part} />;
    case 'steps':
      return <Steps steps={part.steps} words={words} />;
    case 'rows':
      return <Rows rows={part.rows} as={part.as} />;
    case 'items':
      return <Items title={part.title} items={part.items} />;
    case 'matched':
      return (
        <div className={styles.matched}>
          <Mark face={face} />
          <p>
            {part.text}
            {part.detail ? <span>{part.detail}</span> : null}
          </p>
          {isInline ? buttons?.draw({ inline: true }) : null}
        </div>
      );
    case 'call':
      return (
        <div className={styles.call}>
          <p>{part.text}</p>
          <a href={`tel:${part.telephone.replaceAll(/[^\d+]/g, '')}`}>
            <MatterSign name="call" size={16} />
            {part.label}
            <span>{part.telephone}</span>
          </a>
        </div>
      );
    case 'actions':
      if (!buttons || buttons.count === 0 || isInline) return null;
      return buttons.draw({ signOf });
    case 'more':
      return (
        <More summary={part.summary}>
          <MatterParts {...around} parts={part.parts} buttons={undefined} />
        </More>
      );
  }
}

/** The answer that freezes has its sign, and so has whatever asks for a proof of the person first. */
const signOf: ButtonDrawing['signOf'] = (weight, proof) => {
  if (weight === 'fraud') return <MatterSign name="freeze" />;
  return proof ? <MatterSign name="proof" /> : null;
};

function Said({ title, texts, icon }: Extract<MatterPart, { part: 'said' }>): ReactNode {
  return (
    <div className={classes(styles.said, icon && styles.signed)}>
      {icon ? <MatterSign name={icon} size={16} /> : null}
      <div>
        {title ? <b>{title}</b> : null}
        {texts.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
    </div>
  );
}

/** Counts on by itself, and is never announced for it. */
function Live({ say, every }: Extract<MatterPart, { part: 'live' }>): ReactNode {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), every === 'second' ? 1000 : 15_000);
    return () => clearInterval(timer);
  }, [every]);
  return (
    <p className={styles.live} role="timer">
      {say(nowMs)}
    </p>
  );
}

function Steps({ steps, words }: { readonly steps: readonly MatterStep[]; readonly words: LateWords }): ReactNode {
  return (
    <ol className={styles.steps} aria-label={words.say('steps')}>
      {steps.map(({ label, detail, state }) => (
        <li
          key={label}
          className={styles[state]}
          aria-current={state === 'now' || state === 'trouble' ? 'step' : undefined}
        >
          <i aria-hidden="true">
            {state === 'past' || state === 'done' ? <Icon name="check" size={14} /> : null}
            {state === 'failed' ? <Icon name="close" size={14} /> : null}
          </i>
          <span>
            {label}
            {detail ? <time>{detail}</time> : null}
          </span>
          <Hidden>{words.say(`step.${state}`)}</Hidden>
        </li>
      ))}
    </ol>
  );
}

function Rows({ rows, as }: { readonly rows: readonly MatterRow[]; readonly as: 'bill' | 'notes' }): ReactNode {
  return (
    <dl className={classes(styles.rows, as === 'bill' && styles.bill)}>
      {keyed(rows, (row) => row.name).map(([key, { name, value, strong }]) => (
        <div key={key} className={classes(strong && styles.sum)}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Items({
  title,
  items,
}: {
  readonly title: string | undefined;
  readonly items: readonly MatterItem[];
}): ReactNode {
  return (
    <div className={styles.items}>
      {title ? <b>{title}</b> : null}
      <ul>
        {keyed(items, (item) => item.name).map(([key, { icon, name, detail, value }]) => (
          <li key={key}>
            <span className={styles.sign}>
              <MatterSign name={icon} size={16} />
            </span>
            <p>
              {name}
              {detail ? <span>{detail}</span> : null}
            </p>
            {value ? <span className={styles.value}>{value}</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
