import type { MatterCard as Content, TransactionCard } from '#contract';
import { CardGhost } from '#web/kit';
import { useWords, type Words } from '#web/words';
import { useEffect, useState, type ReactNode } from 'react';
import type * as Late from './matter-card.tsx';

/** The buttons of a card's message: drawn by whoever shows the message, in the place that the card has for them. */
export interface CardButtons {
  readonly count: number;
  draw(drawing?: ButtonDrawing): ReactNode;
}

/** How a card wants its buttons: with signs, or as words in a line. */
export interface ButtonDrawing {
  readonly signOf?: (weight: string) => ReactNode;
  readonly inline?: boolean;
}

interface LateCardProps {
  readonly content: Content;
  readonly at: string;
  readonly nowMs: number;
  /** What it says in words: stands where the drawing cannot be fetched. */
  readonly text: string;
  readonly buttons?: CardButtons | undefined;
}

/** The receipt of a purchase, as its card has it. */
export type PurchaseReceipt = NonNullable<TransactionCard['receipt']>;

let late: typeof Late | undefined;
const spoken = new Set<string>();

async function load(words: Words): Promise<void> {
  const drawing = await import('./matter-card.tsx');
  await drawing.loadLateWords(words);
  late = drawing;
  spoken.add(words.locale);
}

/** The drawing of what few chats show, with its words in the screen's language; false when it cannot be fetched. */
function useLate(): typeof Late | undefined | false {
  const words = useWords();
  const [, setTurn] = useState(0);
  const [failed, setFailed] = useState(false);
  const isReady = spoken.has(words.locale);
  useEffect(() => {
    if (isReady) return undefined;
    let gone = false;
    load(words).then(
      () => gone || setTurn((turn) => turn + 1),
      () => gone || setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [isReady, words]);
  return late && isReady ? late : !failed && undefined;
}

/** A card that few chats show: its drawing and its words are fetched with the first one. */
export function LateCard({ text, ...card }: LateCardProps): ReactNode {
  const drawn = useLate();
  if (drawn) return <drawn.MatterCard {...card} />;
  if (drawn === undefined) return <CardGhost />;
  return (
    <>
      <p>{text}</p>
      {card.buttons?.draw()}
    </>
  );
}

/** The shop's receipt under a purchase, fetched like those cards; the purchase stands without it. */
export function LateReceipt({ receipt }: { readonly receipt: PurchaseReceipt }): ReactNode {
  const drawn = useLate();
  return drawn ? <drawn.ReceiptLines receipt={receipt} /> : null;
}
