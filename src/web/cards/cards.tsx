import {
  CATEGORIES,
  type BalanceCard,
  type Card as Content,
  type Category,
  type ChartCard,
  type ConsentCard,
  type Purchase,
} from '#contract';
import {
  accountName,
  amountOf,
  Bars,
  Card,
  cardStyles as styles,
  More,
  PlaceMap,
  placeName,
  subjectOf,
  Tag,
  TransactionCard,
  useFace,
  What,
  Where,
  type MapSubject,
} from '#web/kit';
import { isNegative, isZero, magnitude, subtract, useWords, type WordId, type Words } from '#web/words';
import type { ReactNode } from 'react';

interface CardProps<Shown extends Content> {
  readonly content: Shown;
  readonly at: string;
  readonly nowMs: number;
  /** Buttons that belong to it. */
  readonly children?: ReactNode;
}

/** Any card, in the one anatomy of all. */
export function MessageCard({ content, at, nowMs, children }: CardProps<Content>): ReactNode {
  switch (content.card) {
    case 'transaction':
      return <TransactionCard content={content} at={at} nowMs={nowMs} />;
    case 'balance':
      return content.accounts.length === 1 ? (
        <OneBalance content={content} at={at} nowMs={nowMs} />
      ) : (
        <SeveralBalances content={content} at={at} nowMs={nowMs} />
      );
    case 'consent':
      return (
        <Consent content={content} at={at} nowMs={nowMs}>
          {children}
        </Consent>
      );
    case 'chart':
      return <Chart content={content} at={at} nowMs={nowMs} />;
  }
}

type BalanceOf = BalanceCard['accounts'][number];

/** What a person wants first: what can be spent of an account, what is owed on a card. Never computed from guesses. */
function leading(words: Words, { kind, balance }: BalanceOf): { readonly amount: string; readonly says: string } {
  const { current, available, currency } = balance;
  if (kind === 'card') {
    const says = isZero(current) ? 'balance.nothingOwed' : isNegative(current) ? 'balance.owed' : 'balance.inCredit';
    return { amount: words.money(magnitude(current), currency), says: words.say(says) };
  }
  if (available === undefined) return { amount: words.money(current, currency), says: words.say('balance.current') };
  return { amount: words.money(available, currency), says: words.say('balance.available') };
}

/** The rest of what the bank said, as a sentence; nothing when there is no more to know. */
function remaining(words: Words, { kind, balance }: BalanceOf): string | undefined {
  const { current, available, currency } = balance;
  if (available === undefined) return undefined;
  if (kind === 'card') return words.say('balance.leftToSpend', { amount: words.money(available, currency) });
  const pending = subtract(current, available);
  if (isZero(pending)) return undefined;
  const posted = words.money(current, currency);
  if (isNegative(pending)) return words.say('balance.posted', { posted });
  return words.say('balance.postedAndPending', { posted, pending: words.money(pending, currency) });
}

/** "as of …", when the bank's figure is older than what a person would take for now. */
function asOf(words: Words, { balance }: BalanceOf, at: string, nowMs: number): string | undefined {
  const olderMs = Date.parse(at) - Date.parse(balance.asOf);
  return olderMs > 10 * 60 * 1000 ? words.say('balance.asOf', { when: words.moment(balance.asOf, nowMs) }) : undefined;
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

function OneBalance({ content, at, nowMs }: CardProps<BalanceCard>): ReactNode {
  const words = useWords();
  const [account] = content.accounts;
  if (!account) return null;
  const { amount, says } = leading(words, account);
  const { low } = content;
  const limit = low && words.say('balance.low', { amount: words.money(low.amount, low.currency) });
  return (
    <Card bank={content.bank} account={account} at={at}>
      <What amount={amount} />
      <Where>{sentences(`${says}.`, limit, remaining(words, account), asOf(words, account, at, nowMs))}</Where>
    </Card>
  );
}

function SeveralBalances({ content, at, nowMs }: CardProps<BalanceCard>): ReactNode {
  const words = useWords();
  const [first] = content.accounts;
  return (
    <Card bank={content.bank} at={at}>
      <What title={words.say('balance.accounts', { count: content.accounts.length })} />
      <Where>{first ? asOf(words, first, at, nowMs) : null}</Where>
      <dl className={styles.rows}>
        {content.accounts.map((account) => {
          const { amount, says } = leading(words, account);
          return (
            <div key={account.kind + account.last4}>
              <dt>
                <b>{accountName(words, account)}</b>
                <span>{remaining(words, account)}</span>
              </dt>
              <dd>
                {amount}
                <span>{says}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}

function Consent({ content, at, nowMs, children }: CardProps<ConsentCard>): ReactNode {
  const words = useWords();
  const { name } = useFace(content.bank);
  const { state, ended, expiresAt, reading, narrowed } = content;
  const title = words.say(narrowed ? 'consent.narrowed' : `consent.${state}`, { bank: name });
  const what = givenUpIn(content, words);
  return (
    <Card bank={content.bank} at={at}>
      <What title={title} />
      <Where>
        {narrowed && what ? `${words.say('consent.narrowedWhat', { what })} ` : null}
        {state === 'granted' && expiresAt ? words.say('consent.until', { date: words.date(expiresAt) }) : null}
        {state === 'reconnect' ? words.say('consent.reconnectWhy', { bank: name }) : null}
        {state === 'narrow-asked' ? words.say('consent.narrowWhy', { what }) : null}
        {state === 'stop-asked' ? words.say('consent.stopWhy', { bank: name }) : null}
        {state === 'revoked' && ended
          ? words.say(ended.withdrawn ? 'consent.withdrawn' : 'consent.ended', {
              by: ended.by,
              bank: name,
              when: words.moment(ended.at, nowMs),
              records: ended.recordsErased,
            })
          : null}
      </Where>
      {state === 'revoked' && ended ? (
        <div className={styles.plain}>
          <Tag icon={ended.bankConfirmed ? 'check' : 'wait'} done={ended.bankConfirmed}>
            {words.say(toldWord(ended), { bank: name })}
          </Tag>
        </div>
      ) : null}
      {narrowed ? (
        <div className={styles.plain}>
          <Tag icon="check" done>
            {words.say('consent.erased', { records: narrowed.records, messages: narrowed.messages })}
          </Tag>
        </div>
      ) : null}
      {state === 'granted' && reading ? (
        <div className={styles.plain}>
          <Tag icon={reading.done ? 'check' : 'wait'} done={reading.done}>
            {words.say(reading.done ? 'consent.readDone' : 'consent.reading', { count: reading.transactions })}
          </Tag>
        </div>
      ) : null}
      {state === 'granted' ? <Allowed content={content} /> : <SignedCopy address={content.copy} />}
      <OwnLink address={(ended ?? narrowed)?.receipt} says={words.say('consent.receipt')} />
      {children}
    </Card>
  );
}

/** Whether a bank has confirmed that its grant is ended, was told, or could not be. */
export function toldWord(ended: {
  readonly bankConfirmed: boolean;
  readonly bankUntold?: boolean | undefined;
}): WordId {
  if (ended.bankConfirmed) return 'consent.bankConfirmed';
  return ended.bankUntold ? 'consent.bankUntold' : 'consent.bankTold';
}

/** What is no longer shared, or would not be, in words: "Purchases and savings 9034". */
function givenUpIn({ bank, givenUp }: ConsentCard, words: Words): string {
  const { purposes = [], accounts = [] } = givenUp ?? {};
  return words.list([
    ...purposes.map((purpose) => words.say(`purpose.${purpose}`, { bank })),
    ...accounts.map((account) => accountName(words, account)),
  ]);
}

function Allowed({ content }: { readonly content: ConsentCard }): ReactNode {
  const words = useWords();
  const { name } = useFace(content.bank);
  return (
    <More summary={words.say('consent.allowed', { count: content.purposes.length })}>
      <div className={styles.plain}>
        {content.purposes.map((purpose) => (
          <Tag key={purpose} icon={purpose}>
            {words.say(`purpose.${purpose}`, { bank: name })}
          </Tag>
        ))}
        {content.accounts.map((account) => (
          <Tag key={account.kind + account.last4}>{accountName(words, account)}</Tag>
        ))}
      </div>
      <SignedCopy address={content.copy} />
    </More>
  );
}

/** The way to the text that was signed, word for word; only within this app. */
function SignedCopy({ address }: { readonly address: string | undefined }): ReactNode {
  const words = useWords();
  return <OwnLink address={address} says={words.say('consent.copy')} />;
}

function OwnLink({ address, says }: { readonly address: string | undefined; readonly says: string }): ReactNode {
  if (!address?.startsWith('/') || address.startsWith('//')) return null;
  return (
    <a className={styles.link} href={address}>
      {says}
    </a>
  );
}

function Chart({ content, at, nowMs }: CardProps<ChartCard>): ReactNode {
  switch (content.chart) {
    case 'bars':
      return <Spending content={content} at={at} nowMs={nowMs} />;
    case 'places':
      return <Places content={content} at={at} nowMs={nowMs} />;
    case 'purchases':
      return <Purchases content={content} at={at} nowMs={nowMs} />;
  }
}

type ChartOf<Kind extends ChartCard['chart']> = Extract<ChartCard, { chart: Kind }>;

function Spending({ content, at, nowMs }: CardProps<ChartOf<'bars'>>): ReactNode {
  const words = useWords();
  const { subject, from, to, currency, bars, before } = content;
  const range = words.localRange(from, to);
  const what =
    subject?.kind === 'category'
      ? words.say('spending.category', { category: categoryName(words, subject.value), range })
      : subject
        ? words.say('spending.merchant', { merchant: subject.value, range })
        : words.say('spending.everything', { range });
  const drawn = bars.map((bar) => ({
    amount: Number(bar.amount),
    figure: words.figure(bar.amount, currency),
    axis: axisOf(words, bar, bars),
  }));
  const said = bars.map((bar) => `${words.localRange(bar.from, bar.to)} ${words.money(bar.amount, currency)}`);
  return (
    <Card bank={content.bank} account={content.account} at={at}>
      <What amount={words.money(content.total, currency)} name={what} icon={iconOf(subject)} />
      <Where>
        {sentences(
          words.say('spending.purchases', { count: content.count }),
          before === undefined ? undefined : comparison(words, content.total, before, currency),
        )}
      </Where>
      {content.count > 0 && bars.length > 1 ? (
        <div className={styles.chart}>
          <Bars bars={drawn} name={words.list(said)} />
        </div>
      ) : null}
      {bars.length > 7 && content.count > 0 ? (
        <More summary={words.say('spending.figures')}>
          <dl className={styles.rows}>
            {bars.map((bar) => (
              <div key={bar.from}>
                <dt>{bar.from === bar.to ? words.localDay(bar.from, nowMs) : words.localRange(bar.from, bar.to)}</dt>
                <dd>{words.money(bar.amount, currency)}</dd>
              </div>
            ))}
          </dl>
        </More>
      ) : null}
    </Card>
  );
}

const isCategory = (value: string): value is Category => CATEGORIES.some((category) => category === value);

function iconOf(subject: ChartOf<'bars'>['subject']): Category {
  return subject?.kind === 'category' && isCategory(subject.value) ? subject.value : 'other';
}

function categoryName(words: Words, value: string): string {
  return isCategory(value) ? words.say(`category.${value}`) : value;
}

function comparison(words: Words, total: string, before: string, currency: string): string {
  const more = subtract(total, before);
  if (isZero(more)) return words.say('spending.same');
  const amount = words.money(magnitude(more), currency);
  return words.say(isNegative(more) ? 'spending.less' : 'spending.more', { amount });
}

type Bar = ChartOf<'bars'>['bars'][number];

/** Days of a week by weekday, other days and weeks by their number, months by name. The first and last may be cut short. */
function axisOf(words: Words, { from }: Bar, bars: readonly Bar[]): string {
  const days = Math.max(...bars.map((bar) => Math.round((Date.parse(bar.to) - Date.parse(bar.from)) / 86_400_000) + 1));
  if (days > 14) return words.month(from);
  return days === 1 && bars.length <= 7 ? words.weekday(from) : words.dayOfMonth(from);
}

function Places({ content, at, nowMs }: CardProps<ChartOf<'places'>>): ReactNode {
  const words = useWords();
  const { places, count, from, to } = content;
  const subjects = places.flatMap((purchase): MapSubject[] =>
    subjectOf(words, purchase).flatMap((subject) =>
      subject.kind === 'pin' ? { ...subject, label: subject.name } : [],
    ),
  );
  return (
    <Card bank={content.bank} account={content.account} at={at}>
      <What title={words.say('places.title', { count })} />
      <Where>
        {sentences(
          `${words.localRange(from, to)}.`,
          places.length < count ? words.say('places.newest', { shown: places.length }) : undefined,
        )}
      </Where>
      <PlaceMap subjects={subjects} tall={subjects.length > 1} />
      <PurchaseList purchases={places} nowMs={nowMs} place />
    </Card>
  );
}

function Purchases({ content, at, nowMs }: CardProps<ChartOf<'purchases'>>): ReactNode {
  const words = useWords();
  return (
    <Card bank={content.bank} account={content.account} at={at}>
      <What title={words.say('purchases.title', { count: content.count, shown: content.purchases.length })} />
      <Where>{null}</Where>
      <PurchaseList purchases={content.purchases} nowMs={nowMs} />
    </Card>
  );
}

/** So many stand open; the rest is one press away, so that a card fits the screen. */
const openRows = 5;

function PurchaseList({
  purchases,
  nowMs,
  place = false,
}: {
  readonly purchases: readonly Purchase[];
  readonly nowMs: number;
  readonly place?: boolean;
}): ReactNode {
  const words = useWords();
  const row = (purchase: Purchase): ReactNode => (
    <li key={purchase.id}>
      <div className={styles.rowText}>
        <b>{purchase.merchant?.name ?? purchase.description}</b>
        <span>
          {[
            place || purchase.merchant ? placeName(words, purchase) : undefined,
            words.moment(purchase.occurredAt, nowMs),
            purchase.status === 'authorized' ? words.say('transaction.pending') : undefined,
          ]
            .filter(Boolean)
            .join(', ')}
        </span>
      </div>
      <span className={styles.rowAmount}>{amountOf(words, purchase)}</span>
    </li>
  );
  const rest = purchases.slice(openRows);
  return (
    <>
      <ul className={styles.rows}>{purchases.slice(0, openRows).map(row)}</ul>
      {rest.length > 0 ? (
        <More summary={words.say('purchases.more', { count: rest.length })}>
          <ul className={styles.rows}>{rest.map(row)}</ul>
        </More>
      ) : null}
    </>
  );
}
