import type { CardAction } from '#contract';
import { Button, Sheet } from '#web/kit';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useDesk, useDeskState } from './context.tsx';
import { cardActions } from './lists.ts';
import { Field } from './parts.tsx';
import styles from './sheets.module.css';
import { useDeskWords } from './words.ts';

const digits = /^\d{4}$/;
const amountForm = /^\d{1,7}(\.\d{2})?$/;

/** Proposes a card control. Nothing happens until the customer confirms it. */
export function ProposeSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const words = useDeskWords();
  const { sync } = useDesk();
  const { opened } = useDeskState();
  const [action, setAction] = useState<CardAction>('freeze');
  const known = opened?.looked.card?.field === 'card' ? opened.looked.card.cards : [];
  const [card, setCard] = useState(known.length === 1 ? (known[0]?.cardLast4 ?? '') : '');
  const [amount, setAmount] = useState('');
  const [tried, setTried] = useState(false);
  // Of several that are known here one is meant; what is not known here, the customer is asked.
  const cardWrong = card === '' ? known.length > 1 : !digits.test(card);
  const amountWrong = action === 'limit' && !amountForm.test(amount);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (cardWrong || amountWrong) return;
    void sync.propose({
      action,
      ...(card === '' ? {} : { cardLast4: card }),
      ...(action === 'limit' ? { limit: { amount, currency: 'USD' } } : {}),
    });
    onClose();
  };
  return (
    <Sheet title={words.say('propose.title')} onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <p>{words.say('propose.lead')}</p>
        <Field label={words.say('propose.action')}>
          {({ id }) => (
            <select
              id={id}
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the sheet is opened to choose
              autoFocus
              value={action}
              onChange={(event) => setAction(event.currentTarget.value as CardAction)}
            >
              {cardActions.map((one) => (
                <option key={one} value={one}>
                  {words.say(`propose.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <CardField known={known} card={card} setCard={setCard} wrong={tried && cardWrong} />
        {action === 'limit' ? (
          <ShortField
            label={words.say('propose.amount')}
            wrong={tried && amountWrong ? words.say('propose.amountWrong') : undefined}
            inputMode="decimal"
            maxLength={10}
            value={amount}
            write={setAmount}
          />
        ) : null}
        <Button type="submit" weight="main" wide>
          {words.say('propose.do')}
        </Button>
      </form>
    </Sheet>
  );
}

/** Which card: of those that were looked at, or by its digits. */
function CardField({
  known,
  card,
  setCard,
  wrong,
}: {
  readonly known: readonly { readonly cardLast4: string }[];
  readonly card: string;
  readonly setCard: (card: string) => void;
  readonly wrong: boolean;
}): ReactNode {
  const words = useDeskWords();
  if (known.length === 0)
    return (
      <ShortField
        label={words.say('propose.card')}
        hint={words.say('propose.cardHint')}
        wrong={wrong ? words.say('propose.cardWrong') : undefined}
        inputMode="numeric"
        maxLength={4}
        value={card}
        write={setCard}
      />
    );
  return (
    <Field label={words.say('propose.cardOf')} wrong={wrong ? words.say('propose.cardMissing') : undefined}>
      {({ id, describedBy }) => (
        <select
          id={id}
          aria-describedby={describedBy}
          aria-invalid={wrong}
          value={card}
          onChange={(event) => setCard(event.currentTarget.value)}
        >
          {known.length === 1 ? null : <option value="">{words.say('propose.cardChoose')}</option>}
          {known.map(({ cardLast4 }) => (
            <option key={cardLast4} value={cardLast4}>
              {words.say('propose.cardOne', { last4: cardLast4 })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A field for a few digits. */
function ShortField({
  label,
  hint,
  wrong,
  write,
  ...input
}: {
  readonly label: string;
  readonly hint?: string;
  readonly wrong: string | undefined;
  readonly inputMode: 'numeric' | 'decimal';
  readonly maxLength: number;
  readonly value: string;
  readonly write: (value: string) => void;
}): ReactNode {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {({ id, describedBy }) => (
        <input
          {...input}
          id={id}
          aria-describedby={describedBy}
          aria-invalid={wrong !== undefined}
          autoComplete="off"
          onInput={(event) => write(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
