import {
  amountOf,
  categoryOfPurchase,
  subjectOf,
  transactionRows,
  whereAndWhen,
  type TransactionCard as Content,
} from '#contract';
import { useWords } from '#web/words';
import type { ReactNode } from 'react';
import styles from './card.module.css';
import { Card, What, Where } from './card.tsx';
import { PlaceMap } from './place-map.tsx';

interface TransactionCardProps {
  readonly content: Content;
  readonly at?: string | undefined;
  readonly nowMs: number;
  /** What stands below it. */
  readonly children?: ReactNode;
}

/** A purchase or a payment: the amount first, then who, where and when, and the place on a map. */
export function TransactionCard({ content, at, nowMs, children }: TransactionCardProps): ReactNode {
  const words = useWords();
  const { transaction, account } = content;
  const rows = transactionRows(words, content);
  return (
    <Card bank={content.bank} account={account} at={at}>
      <What
        amount={amountOf(words, transaction)}
        reversed={transaction.status === 'reversed'}
        name={transaction.merchant?.name ?? transaction.description}
        icon={categoryOfPurchase(transaction)}
      />
      <Where>{whereAndWhen(words, transaction, nowMs)}</Where>
      {rows.length > 0 ? (
        <dl className={styles.rows}>
          {rows.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <PlaceMap subjects={subjectOf(words, transaction)} />
      {children}
    </Card>
  );
}
