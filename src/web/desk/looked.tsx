import type { AccountLabel, Looked } from '#contract';
import type { ReactNode } from 'react';
import { useMinute } from './context.tsx';
import { Spoken } from './parts.tsx';
import styles from './shares.module.css';
import { useDeskWords, type DeskWords } from './words.ts';

interface Line {
  readonly what: string;
  readonly value: string;
  readonly more?: readonly string[];
}

/** What a look showed, a line each. Names come from banks and shops and are shown as text. */
export function LookedRows({ looked }: { readonly looked: Looked }): ReactNode {
  const words = useDeskWords();
  const nowMs = useMinute();
  const lines = linesOf(looked, words, nowMs);
  if (lines.length === 0) return <p className={styles.hint}>{words.say('shares.nothing')}</p>;
  return (
    <dl className={styles.rows}>
      {lines.map(({ what, value, more }) => (
        <div key={`${what} ${value}`}>
          <dt>
            <Spoken text={what} />
          </dt>
          <dd>
            {value}
            {more?.map((line) => (
              <small key={line}>{line}</small>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function linesOf(looked: Looked, words: DeskWords, nowMs: number): Line[] {
  switch (looked.field) {
    case 'accounts':
      return looked.accounts.map((account) => ({ what: accountWords(account, words), value: account.nickname ?? '' }));
    case 'balances':
      return looked.balances.map(({ account, balance }) => ({
        what: accountWords(account, words),
        value: words.money(balance.current, balance.currency),
        more:
          balance.available === undefined || balance.available === balance.current
            ? []
            : [words.say('balance.available', { amount: words.money(balance.available, balance.currency) })],
      }));
    case 'purchases':
      return looked.purchases.map(({ purchase }) => ({
        what: `${words.moment(purchase.occurredAt, nowMs)}, ${purchase.merchant?.name ?? purchase.description}`,
        value: words.money(purchase.amount, purchase.currency, { signed: purchase.direction === 'credit' }),
      }));
    case 'card':
      return looked.cards.map(({ cardLast4, state, abroad, online }) => ({
        what: words.say('card.state', { last4: cardLast4 }),
        value: stateWords(state, words),
        more: [
          ...(online === undefined ? [] : [words.say(`card.online.${online ? 'on' : 'off'}`)]),
          ...(abroad === undefined ? [] : [words.say(`card.abroad.${abroad ? 'on' : 'off'}`)]),
        ],
      }));
    case 'disputes':
      return looked.disputes.map(({ caseNumber, purchase }) => ({
        what: `${words.moment(purchase.occurredAt, nowMs)}, ${purchase.merchant?.name ?? purchase.description}`,
        value: words.money(purchase.amount, purchase.currency),
        more: caseNumber === undefined ? [] : [words.say('dispute.number', { number: caseNumber })],
      }));
  }
}

function accountWords({ kind, last4 }: AccountLabel, words: DeskWords): string {
  return words.say(`account.${kind}`, { last4 });
}

/** How a card stands, in words where we have some, else as the bank says it. */
function stateWords(state: string, words: DeskWords): string {
  const id = `card.state.${state}`;
  return words.has(id) ? words.say(id) : state;
}
