import { useFace } from '#web/kit';
import { useId, type ReactNode } from 'react';
import styles from './privacy.module.css';
import type { Filter } from './sentences.ts';
import { usePrivacyWords } from './words.ts';

interface FiltersProps {
  readonly filter: Filter;
  readonly banks: readonly string[];
  readonly onChange: (filter: Filter) => void;
}

const purposes = ['balances', 'transactions'] as const;
const causes = ['customer', 'task', 'staff', 'bank', 'operator'] as const;
const kinds = [
  ['all', 'filter.all'],
  ['used', 'filter.used'],
  ['shown', 'filter.shown'],
  ['changes', 'filter.changes'],
] as const;

/** What the list is narrowed to. */
export function Filters({ filter, banks, onChange }: FiltersProps): ReactNode {
  const words = usePrivacyWords();
  return (
    <div className={styles.filters}>
      <fieldset aria-label={words.say('filter.kind')} className={styles.chips}>
        {kinds.map(([kind, name]) => (
          <button
            key={kind}
            type="button"
            className={styles.chip}
            aria-pressed={filter.kind === kind}
            onClick={() => onChange({ ...filter, kind })}
          >
            {words.say(name)}
          </button>
        ))}
      </fieldset>
      <Choice
        label={words.say('filter.purpose')}
        value={filter.purpose}
        onChange={(purpose) => onChange({ ...filter, purpose })}
      >
        {purposes.map((purpose) => (
          <option key={purpose} value={purpose}>
            {words.say(`purpose.${purpose}`)}
          </option>
        ))}
      </Choice>
      <Choice label={words.say('filter.who')} value={filter.who} onChange={(who) => onChange({ ...filter, who })}>
        {causes.map((who) => (
          <option key={who} value={who}>
            {words.say(`who.${who}`)}
          </option>
        ))}
      </Choice>
      {banks.length > 1 ? (
        <Choice label={words.say('filter.bank')} value={filter.bank} onChange={(bank) => onChange({ ...filter, bank })}>
          {banks.map((bank) => (
            <BankOption key={bank} bank={bank} />
          ))}
        </Choice>
      ) : null}
    </div>
  );
}

function BankOption({ bank }: { readonly bank: string }): ReactNode {
  return <option value={bank}>{useFace(bank).name}</option>;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps): ReactNode {
  const words = usePrivacyWords();
  const id = useId();
  return (
    <span className={styles.selecting}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{words.say('filter.any')}</option>
        {children}
      </select>
    </span>
  );
}
