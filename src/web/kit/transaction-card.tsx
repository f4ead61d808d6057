import { categoryOf, type Balance, type AccountLabel, type Purchase, type TransactionCard as Content } from '#contract';
import { isNegative, magnitude, useWords, type Words } from '#web/words';
import type { ReactNode } from 'react';
import styles from './card.module.css';
import { Card, What, Where } from './card.tsx';
import { PlaceMap, type MapSubject } from './place-map.tsx';

interface TransactionCardProps {
  readonly content: Content;
  readonly at?: string | undefined;
  readonly nowMs: number;
}

/** A purchase or a payment: the amount first, then who, where and when, and the place on a map. */
export function TransactionCard({ content, at, nowMs }: TransactionCardProps): ReactNode {
  const words = useWords();
  const { transaction, balance, account } = content;
  const { before, postedAt } = transaction;
  return (
    <Card bank={content.bank} account={account} at={at}>
      <What
        amount={amountOf(words, transaction)}
        reversed={transaction.status === 'reversed'}
        name={transaction.merchant?.name ?? transaction.description}
        icon={
          transaction.direction === 'credit' && !transaction.merchant?.category
            ? 'income'
            : categoryOf(transaction.merchant?.category)
        }
      />
      <Where>{whereAndWhen(words, transaction, nowMs)}</Where>
      {balance || before !== undefined || postedAt !== undefined ? (
        <dl className={styles.rows}>
          {postedAt === undefined ? null : <Row name="transaction.posted" value={words.date(postedAt)} />}
          {before === undefined ? null : (
            <Row name="transaction.before" value={words.money(before, transaction.currency)} />
          )}
          {balance ? <BalanceNow balance={balance} account={account} /> : null}
        </dl>
      ) : null}
      <PlaceMap subjects={subjectOf(words, transaction)} />
    </Card>
  );
}

/** The balance that came with it. What can be spent counts what is pending; only without it the posted balance stands. */
function BalanceNow({ balance, account }: { readonly balance: Balance; readonly account: AccountLabel }): ReactNode {
  const words = useWords();
  const { current, available, currency } = balance;
  const owed = account.kind === 'card' && isNegative(current);
  const [name, amount] =
    available !== undefined
      ? ([account.kind === 'card' ? 'transaction.leftToSpend' : 'transaction.available', available] as const)
      : ([owed ? 'transaction.owed' : 'transaction.balance', owed ? magnitude(current) : current] as const);
  return <Row name={name} value={words.money(amount, currency)} />;
}

function Row({ name, value }: { readonly name: Parameters<Words['say']>[0]; readonly value: string }): ReactNode {
  const words = useWords();
  return (
    <div>
      <dt>{words.say(name)}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** "$65.70"; money that came in carries its plus. */
export function amountOf(words: Words, { amount, currency, direction }: Purchase): string {
  return words.money(amount, currency, { signed: direction === 'credit' });
}

/** "Westerville, OH": what is known of the place; a country only when it is another one. */
export function placeName(words: Words, { merchant }: Purchase): string | undefined {
  const { city, region, country } = merchant?.address ?? {};
  const abroad = country !== undefined && country !== 'US' ? words.country(country) : undefined;
  const parts = [city, abroad ?? region].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function whereAndWhen(words: Words, transaction: Purchase, nowMs: number): string {
  const where = placeName(words, transaction);
  const when = words.moment(transaction.occurredAt, nowMs);
  const how = howOf(words, transaction);
  return `${where ? `${where}. ` : ''}${capital([when, ...how].join(', '), words.region)}`;
}

/** A weekday begins a sentence here, and is small in Spanish. */
function capital(text: string, region: string): string {
  return text.charAt(0).toLocaleUpperCase(region) + text.slice(1);
}

function howOf(words: Words, { status, online, direction, merchant, partlyReversed }: Purchase): string[] {
  const how: string[] = [];
  if (direction === 'debit' && online === true) how.push(words.say('transaction.online'));
  if (direction === 'debit' && online === false && merchant?.location) how.push(words.say('transaction.inPerson'));
  if (status === 'authorized') how.push(words.say('transaction.pending'));
  if (partlyReversed && status !== 'reversed') how.push(words.say('transaction.partlyReversed'));
  if (status === 'reversed') how.push(words.say('transaction.reversed'));
  return how;
}

/** The place of a purchase for a map: a pin where the coordinates are known, else the region; nothing online. */
export function subjectOf(words: Words, transaction: Purchase): readonly MapSubject[] {
  const { merchant, online, occurredAt } = transaction;
  const { location, address } = merchant ?? {};
  if (online === true) return [];
  const place = placeName(words, transaction);
  if (location) {
    const name = address?.city ?? place ?? merchant?.name ?? '';
    return [{ kind: 'pin', ...location, name, label: `${name}, ${words.time(occurredAt)}` }];
  }
  if (address?.country === undefined && address?.region === undefined) return [];
  return [{ kind: 'region', country: address.country ?? 'US', state: address.region }];
}
