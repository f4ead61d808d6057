import {
  cardIssuer,
  markOf,
  matterOf,
  receiptBrief,
  type Matter,
  type MatterCard as Content,
  type MatterTag,
  type TransactionCard as Purchase,
  type Card,
} from '#contract';
import { accentOf, cardStyles, classes, Mark, Tag, TransactionCard, useFace } from '#web/kit';
import { useWords } from '#web/words';
import type { ReactNode } from 'react';
import type { CardButtons } from './late-card.tsx';
import { MatterSign } from './matter-icons.tsx';
import { MatterParts } from './matter-parts.tsx';
import { lateWordsOf } from './matter-words.ts';
import styles from './matter.module.css';

export { loadLateWords } from './matter-words.ts';

/** What a matter's card is drawn from. */
export interface MatterCardProps {
  readonly content: Card;
  /** When it was said last: an instant. */
  readonly at: string;
  readonly nowMs: number;
  readonly buttons?: CardButtons | undefined;
}

/**
 * An alert, an act, a dispute, an order or a parcel: its words come from the contract, part by part. A purchase
 * with the receipt that the shop gave for it under it.
 */
export function MatterCard({ content, ...shown }: MatterCardProps): ReactNode {
  switch (content.card) {
    case 'balance':
    case 'consent':
    case 'chart':
      return null;
    case 'transaction':
      return (
        <TransactionCard content={content} at={shown.at} nowMs={shown.nowMs}>
          {content.receipt ? <ReceiptLines receipt={content.receipt} /> : null}
        </TransactionCard>
      );
    default:
      return <OwnCard content={content} {...shown} />;
  }
}

function OwnCard({ content, at, nowMs, buttons }: MatterCardProps & { readonly content: Content }): ReactNode {
  const words = lateWordsOf(useWords());
  const issuer = cardIssuer(content);
  const face = useFace(bankOf(content));
  if (!words) return null;
  const matter = matterOf(content, { words, nowMs, bankName: () => face.name });
  const name = 'name' in issuer ? issuer.name : face.name;
  const isOfBank = 'bank' in issuer;
  const mark = isOfBank ? (
    <Mark face={face} />
  ) : (
    <span className={styles.mark} aria-hidden="true">
      {markOf(name)}
    </span>
  );
  return (
    <article
      className={classes(cardStyles.card, styles.card)}
      {...(isOfBank && { style: accentOf(face) })}
      aria-label={[name, matter.label].filter(Boolean).join(', ')}
    >
      <header className={classes(cardStyles.who, styles.who)}>
        {mark}
        {matter.folded ? (
          <span className={styles.folded}>
            <b>{matter.folded.amount}</b> {matter.folded.name}
          </span>
        ) : (
          <span className={styles.folded}>
            <b>{name}</b> {matter.label ? <span className={styles.label}>{matter.label}</span> : null}
          </span>
        )}
        {matter.tag ? (
          <TagOf tag={matter.tag} />
        ) : (
          <time className={cardStyles.end} dateTime={at}>
            {words.time(at)}
          </time>
        )}
      </header>
      <Head matter={matter} />
      <MatterParts parts={matter.parts} words={words} face={face} buttons={buttons} />
    </article>
  );
}

/** What the shop gave for a purchase: its lines, under the purchase's own card. */
function ReceiptLines({ receipt }: { readonly receipt: NonNullable<Purchase['receipt']> }): ReactNode {
  const words = lateWordsOf(useWords());
  const face = useFace('');
  if (!words) return null;
  const parts = receiptBrief(receipt, { words });
  return <MatterParts parts={parts} words={words} face={face} buttons={undefined} />;
}

/** A card speaks of one bank at most: its own, or the one that paid. */
function bankOf(content: Content): string {
  if (content.card === 'receipt' || content.card === 'parcel') return content.purchase?.bank ?? '';
  return content.bank;
}

function TagOf({ tag: { text, tone, icon } }: { readonly tag: MatterTag }): ReactNode {
  return (
    <span className={classes(cardStyles.end, styles.tag, tone === 'fraud' && styles.tagFraud)}>
      <Tag done={tone === 'done'}>
        {icon ? <MatterSign name={icon} size={14} /> : null}
        {text}
      </Tag>
    </span>
  );
}

/** The amount or the state, large, and one line of where and when. */
function Head({ matter: { what, where } }: { readonly matter: Matter }): ReactNode {
  if (!what) return null;
  return (
    <>
      <div className={cardStyles.what}>
        <div>
          {what.amount ? (
            <span className={classes(cardStyles.amount, what.struck && cardStyles.reversed)}>{what.amount}</span>
          ) : null}
          {what.title ? <span className={cardStyles.title}>{what.title}</span> : null}
          {what.name ? <span className={cardStyles.name}>{what.name}</span> : null}
        </div>
        {what.icon ? (
          <span className={styles.tile} aria-hidden="true">
            <MatterSign name={what.icon} />
          </span>
        ) : null}
      </div>
      <p className={cardStyles.where}>{where}</p>
    </>
  );
}
