import type { KeptReceipt } from '#contract';
import { Mark, TellerlineMark, useFace } from '#web/kit';
import type { ReactNode } from 'react';
import styles from './privacy.module.css';
import { usePrivacyWords } from './words.ts';

/** The signed receipts of what was deleted, for as long as they are kept here. */
export function Receipts({ receipts }: { readonly receipts: readonly KeptReceipt[] }): ReactNode {
  const words = usePrivacyWords();
  if (receipts.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="receipts">
      <h2 id="receipts">{words.say('receipts.title')}</h2>
      <ul className={styles.card}>
        {receipts.map((receipt) => (
          <ReceiptRow key={receipt.address} receipt={receipt} />
        ))}
      </ul>
      <p className={styles.quiet}>{words.say('receipts.text')}</p>
    </section>
  );
}

function ReceiptRow({ receipt }: { readonly receipt: KeptReceipt }): ReactNode {
  const words = usePrivacyWords();
  const { address, at, what, bank, records, messages, until } = receipt;
  return (
    <li className={styles.endedRow}>
      {bank === undefined ? <TellerlineMark /> : <BankMark bank={bank} />}
      <div>
        <b>{bank === undefined ? words.say('receipts.several') : <BankName bank={bank} />}</b>
        <p>{words.say(`receipts.${what}`, { date: words.date(at) })}</p>
        <p>{words.say('receipts.counts', { records, messages })}</p>
        <p className={styles.links}>
          <a href={address} download>
            {words.say('receipts.load')}
          </a>
          <span>{words.say('receipts.until', { date: words.date(until) })}</span>
        </p>
      </div>
    </li>
  );
}

function BankMark({ bank }: { readonly bank: string }): ReactNode {
  return <Mark face={useFace(bank)} size="middle" />;
}

function BankName({ bank }: { readonly bank: string }): ReactNode {
  return useFace(bank).name;
}
