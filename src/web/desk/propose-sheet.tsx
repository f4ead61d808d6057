import { CARD_ACTIONS, type CardAction } from '#contract';
import { Button, Sheet } from '#web/kit';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useDesk, useDeskState } from './context.tsx';
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
  const cardWrong = card !== '' && !digits.test(card);
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
            <select id={id} value={action} onChange={(event) => setAction(event.currentTarget.value as CardAction)}>
              {CARD_ACTIONS.map((one) => (
                <option key={one} value={one}>
                  {words.say(`propose.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={words.say('propose.card')}
          hint={words.say('propose.cardHint')}
          wrong={tried && cardWrong ? words.say('propose.cardWrong') : undefined}
        >
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              aria-invalid={tried && cardWrong}
              inputMode="numeric"
              autoComplete="off"
              maxLength={4}
              value={card}
              onInput={(event) => setCard(event.currentTarget.value)}
            />
          )}
        </Field>
        {action === 'limit' ? (
          <Field
            label={words.say('propose.amount')}
            wrong={tried && amountWrong ? words.say('propose.amountWrong') : undefined}
          >
            {({ id, describedBy }) => (
              <input
                id={id}
                aria-describedby={describedBy}
                aria-invalid={tried && amountWrong}
                inputMode="decimal"
                autoComplete="off"
                value={amount}
                onInput={(event) => setAmount(event.currentTarget.value)}
              />
            )}
          </Field>
        ) : null}
        <Button type="submit" weight="main" wide>
          {words.say('propose.do')}
        </Button>
      </form>
    </Sheet>
  );
}
