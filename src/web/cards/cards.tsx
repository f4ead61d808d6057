import {
  accountName,
  balanceAsOf,
  categoryOfSubject,
  leadingBalance,
  oneBalanceLine,
  openRowsMax,
  placesLine,
  placesOf,
  purchaseRow,
  remainingBalance,
  spendingBars,
  spendingLine,
  spendingName,
  type BalanceCard,
  type Card as Content,
  type ChartCard,
  type ConsentCard,
  type Purchase,
} from '#contract';
import { Bars, Card, cardStyles as styles, More, PlaceMap, Tag, TransactionCard, useFace, What, Where } from '#web/kit';
import { useWords, type WordId, type Words } from '#web/words';
import type { ReactNode } from 'react';
import { LateCard, type CardButtons } from './late-card.tsx';

interface CardProps<Shown extends Content> {
  readonly content: Shown;
  readonly at: string;
  readonly nowMs: number;
  /** Buttons that belong to it. */
  readonly children?: ReactNode;
}

interface MessageCardProps extends Omit<CardProps<Content>, 'children'> {
  /** What it says in words. */
  readonly text: string;
  /** Those of its message, for a card that has a place for them: see `holdsButtons`. */
  readonly buttons?: CardButtons | undefined;
}

/** Whether a card has a place of its own for the buttons of its message; under any other they stand below it. */
export const holdsButtons = ({ card }: Content): boolean =>
  card !== 'transaction' && card !== 'balance' && card !== 'chart';

/** Any card, in the one anatomy of all. */
export function MessageCard({ content, at, nowMs, text, buttons }: MessageCardProps): ReactNode {
  // With a receipt under it, a purchase is drawn like the rare cards.
  if (content.card === 'transaction' && !content.receipt)
    return <TransactionCard content={content} at={at} nowMs={nowMs} />;
  switch (content.card) {
    case 'balance':
      return content.accounts.length === 1 ? (
        <OneBalance content={content} at={at} nowMs={nowMs} />
      ) : (
        <SeveralBalances content={content} at={at} nowMs={nowMs} />
      );
    case 'consent':
      return (
        <Consent content={content} at={at} nowMs={nowMs}>
          {buttons?.draw()}
        </Consent>
      );
    case 'chart':
      return <Chart content={content} at={at} nowMs={nowMs} />;
    default:
      return <LateCard content={content} at={at} nowMs={nowMs} text={text} buttons={buttons} />;
  }
}

function OneBalance({ content, at, nowMs }: CardProps<BalanceCard>): ReactNode {
  const words = useWords();
  const [account] = content.accounts;
  if (!account) return null;
  return (
    <Card bank={content.bank} account={account} at={at}>
      <What amount={leadingBalance(words, account).amount} />
      <Where>{oneBalanceLine(words, content, at, nowMs)}</Where>
    </Card>
  );
}

function SeveralBalances({ content, at, nowMs }: CardProps<BalanceCard>): ReactNode {
  const words = useWords();
  const [first] = content.accounts;
  return (
    <Card bank={content.bank} at={at}>
      <What title={words.say('balance.accounts', { count: content.accounts.length })} />
      <Where>{first && balanceAsOf(words, first, at, nowMs)}</Where>
      <dl className={styles.rows}>
        {content.accounts.map((account) => {
          const { amount, says } = leadingBalance(words, account);
          return (
            <div key={account.kind + account.last4}>
              <dt>
                <b>{accountName(words, account)}</b>
                <span>{remainingBalance(words, account)}</span>
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
  const { state, ended, expiresAt, reading, narrowed, goesOn } = content;
  const title = words.say(narrowed ? 'consent.narrowed' : `consent.${state}`, { bank: name });
  const what = givenUpIn(content, words);
  return (
    <Card bank={content.bank} at={at}>
      <What title={title} />
      <Where>
        {narrowed && what ? `${words.say('consent.narrowedWhat', { what })} ` : null}
        {state === 'granted' && expiresAt ? words.say('consent.until', { date: words.date(expiresAt) }) : null}
        {state === 'reconnect' && words.say('consent.reconnectWhy', { bank: name })}
        {state === 'narrow-asked' && words.say('consent.narrowWhy', { what })}
        {state === 'stop-asked' && words.say('consent.stopWhy', { bank: name })}
        {state === 'revoked' && ended
          ? words.say(ended.withdrawn ? 'consent.withdrawn' : 'consent.ended', {
              by: ended.by,
              bank: name,
              when: words.moment(ended.at, nowMs),
              records: ended.recordsErased,
            })
          : null}
      </Where>
      {goesOn !== undefined && <Where>{words.say('consent.goesOn', { bank: name, telephone: goesOn || name })}</Where>}
      {state === 'revoked' && ended ? (
        <div className={styles.plain}>
          <Tag icon={ended.bankConfirmed ? 'check' : 'wait'} done={ended.bankConfirmed}>
            {words.say(toldWord(ended), { bank: name })}
          </Tag>
        </div>
      ) : null}
      {narrowed && (
        <div className={styles.plain}>
          <Tag icon="check" done>
            {words.say('consent.erased', { records: narrowed.records, messages: narrowed.messages })}
          </Tag>
        </div>
      )}
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
  const { purposes = [], accounts = [], chatFields = [] } = givenUp ?? {};
  return words.list([
    ...purposes.map((purpose) => words.say(`purpose.${purpose}`, { bank })),
    ...accounts.map((account) => accountName(words, account)),
    ...(chatFields.length > 0 ? [words.say('chatFields')] : []),
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
  const { subject, currency, bars } = content;
  const said = bars.map((bar) => `${words.localRange(bar.from, bar.to)} ${words.money(bar.amount, currency)}`);
  return (
    <Card bank={content.bank} account={content.account} at={at}>
      <What
        amount={words.money(content.total, currency)}
        name={spendingName(words, content)}
        icon={categoryOfSubject(subject)}
      />
      <Where>{spendingLine(words, content)}</Where>
      {content.count > 0 && bars.length > 1 ? (
        <div className={styles.chart}>
          <Bars bars={spendingBars(words, content)} name={words.list(said)} />
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

function Places({ content, at, nowMs }: CardProps<ChartOf<'places'>>): ReactNode {
  const words = useWords();
  const { places, count } = content;
  const subjects = placesOf(words, places);
  return (
    <Card bank={content.bank} account={content.account} at={at}>
      <What title={words.say('places.title', { count })} />
      <Where>{placesLine(words, content)}</Where>
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
  const row = (purchase: Purchase): ReactNode => {
    const { name, detail, amount } = purchaseRow(words, purchase, nowMs, place);
    return (
      <li key={purchase.id}>
        <div className={styles.rowText}>
          <b>{name}</b>
          <span>{detail}</span>
        </div>
        <span className={styles.rowAmount}>{amount}</span>
      </li>
    );
  };
  const rest = purchases.slice(openRowsMax);
  return (
    <>
      <ul className={styles.rows}>{purchases.slice(0, openRowsMax).map(row)}</ul>
      {rest.length > 0 ? (
        <More summary={words.say('purchases.more', { count: rest.length })}>
          <ul className={styles.rows}>{rest.map(row)}</ul>
        </More>
      ) : null}
    </>
  );
}
