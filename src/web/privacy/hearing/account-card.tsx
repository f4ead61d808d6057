import type { Hearing, HearingChange, SharedLink } from '#contract';
import { accentOf, classes, Icon, Mark, useFace } from '#web/kit';
import { useWords } from '#web/words';
import { useId, useState, type ReactNode } from 'react';
import shared from '../privacy.module.css';
import { usePrivacyWords, type PrivacyWords } from '../words.ts';
import { currency, extentOf, firstConditions, flags, watchFlags, withFlag, withOver, type Extent } from './choice.ts';
import { Amount, Tick } from './fields.tsx';
import styles from './hearing.module.css';
import type { Save } from './section.tsx';

interface AccountCardProps {
  readonly link: SharedLink;
  readonly account: SharedLink['accounts'][number];
  readonly hearing: Hearing;
  readonly save: Save;
}

/** What is opened by the last stands below it. */
const extents: readonly Extent[] = ['everything', 'nothing', 'only'];

/** What is told of one account: closed it says so in a sentence, open it can be chosen. */
export function AccountCard({ link, account, hearing, save }: AccountCardProps): ReactNode {
  const words = usePrivacyWords();
  const general = useWords();
  const face = useFace(link.bank);
  const body = useId();
  const [isOpen, setOpen] = useState(false);
  const change = (one: HearingChange): void => save({ accounts: [account.id], change: one });
  const movements = link.purposes.includes('transactions');
  const balances = link.purposes.includes('balances') && account.kind !== 'card';
  if (!movements && !balances) return null;
  return (
    <div className={shared.card} style={accentOf(face)}>
      <button
        type="button"
        className={shared.cardHead}
        aria-expanded={isOpen}
        aria-controls={body}
        onClick={() => setOpen(!isOpen)}
      >
        <Mark face={face} size="middle" />
        <span className={shared.cardName}>
          <b>{general.say(`account.${account.kind}`, { last4: account.last4 })}</b>
          <span>{summary(hearing, words)}</span>
        </span>
        <span className={classes(shared.chevron, isOpen && shared.chevronOpen)}>
          <Icon name="down" />
        </span>
      </button>
      <div id={body} hidden={!isOpen} className={styles.body}>
        {movements ? <Movements hearing={hearing} change={change} /> : null}
        {movements ? <Watch hearing={hearing} change={change} /> : null}
        {balances ? <Low hearing={hearing} change={change} /> : null}
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly hearing: Hearing;
  readonly change: (change: HearingChange) => void;
}

function Movements({ hearing, change }: ChoiceProps): ReactNode {
  const words = usePrivacyWords();
  const name = useId();
  // "Only" stays open while its last condition is taken out, so that another can be ticked.
  const [extent, setExtent] = useState(extentOf(hearing));
  const only = hearing.only ?? {};
  const choose = (next: Extent): void => {
    setExtent(next);
    change({ only: { everything: null, only: firstConditions, nothing: {} }[next] });
  };
  return (
    <fieldset className={styles.group}>
      <legend>{words.say('hearing.movements')}</legend>
      {extents.map((one) => (
        <Tick key={one} type="radio" name={name} checked={extent === one} onTick={() => choose(one)}>
          {words.say(`hearing.${one}`)}
        </Tick>
      ))}
      {extent === 'only' ? (
        <fieldset className={styles.inner}>
          <legend>{words.say('hearing.conditions')}</legend>
          <Tick
            type="checkbox"
            checked={only.over !== undefined}
            onTick={(on) => change({ only: withOver(only, on ? (firstConditions.over?.amount ?? null) : null) })}
          >
            {words.say('hearing.over')}
          </Tick>
          {only.over ? (
            <Amount
              label={words.say('hearing.overAmount')}
              value={only.over.amount}
              onAmount={(amount) => change({ only: withOver(only, amount) })}
            />
          ) : null}
          {flags.map((flag) => (
            <Tick
              key={flag}
              type="checkbox"
              checked={only[flag] === true}
              onTick={(on) => change({ only: withFlag(only, flag, on) })}
            >
              {words.say(`hearing.${flag}`)}
            </Tick>
          ))}
        </fieldset>
      ) : null}
    </fieldset>
  );
}

const firstWatched = '200.00';

/** "Was this you?": the customer's own rules, each by itself; off unless they are ticked. */
function Watch({ hearing: { watch }, change }: ChoiceProps): ReactNode {
  const words = usePrivacyWords();
  const over = watch?.over;
  return (
    <fieldset className={styles.group}>
      <legend>{words.say('watch.title')}</legend>
      <p className={styles.note}>{words.say('watch.note')}</p>
      {watchFlags.map((flag) => (
        <Tick
          key={flag}
          type="checkbox"
          checked={watch?.[flag] === true}
          onTick={(on) => change({ watch: { [flag]: on ? true : null } })}
        >
          {words.say(`watch.${flag}`)}
        </Tick>
      ))}
      <Tick
        type="checkbox"
        checked={over !== undefined}
        onTick={(on) => change({ watch: { over: on ? { amount: firstWatched, currency } : null } })}
      >
        {words.say('watch.over')}
      </Tick>
      {over ? (
        <Amount
          label={words.say('watch.overAmount')}
          value={over.amount}
          onAmount={(amount) => change({ watch: { over: { amount, currency } } })}
        />
      ) : null}
    </fieldset>
  );
}

const firstLimit = '100.00';

function Low({ hearing: { low }, change }: ChoiceProps): ReactNode {
  const words = usePrivacyWords();
  return (
    <fieldset className={styles.group}>
      <legend>{words.say('hearing.balance')}</legend>
      <Tick
        type="checkbox"
        checked={low !== undefined}
        note={words.say('hearing.lowNote')}
        onTick={(on) => change({ low: on ? { amount: firstLimit, currency } : null })}
      >
        {words.say('hearing.low')}
      </Tick>
      {low ? (
        <Amount
          label={words.say('hearing.lowAmount')}
          value={low.amount}
          onAmount={(amount) => change({ low: { amount, currency } })}
        />
      ) : null}
    </fieldset>
  );
}

/** "Only over $50.00 and abroad. Below $100.00 too." */
function summary(hearing: Hearing, words: PrivacyWords): string {
  const { only = {}, low, watch } = hearing;
  const extent = extentOf(hearing);
  const conditions = [
    ...(only.over
      ? [words.say('hearing.say.over', { amount: words.money(only.over.amount, only.over.currency) })]
      : []),
    ...flags.filter((flag) => only[flag]).map((flag) => words.say(`hearing.say.${flag}`)),
  ];
  const said =
    extent === 'only'
      ? words.say('hearing.say.only', { what: words.list(conditions) })
      : words.say(`hearing.say.${extent}`);
  const more = [
    ...(low ? [words.say('hearing.say.low', { amount: words.money(low.amount, low.currency) })] : []),
    ...(watch ? [words.say('watch.say')] : []),
  ];
  return [said, ...more].join(' ');
}
