import type { Action, Card as Content } from '#contract';
import { CardGhost } from '#web/kit';
import { useWords, type Words } from '#web/words';
import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import type { MatterCardProps } from './matter-card.tsx';

/** The buttons of a card's message: drawn by whoever shows the message, in the place that the card has for them. */
export interface CardButtons {
  readonly count: number;
  draw(drawing?: ButtonDrawing): ReactNode;
}

/** How a card wants its buttons: with signs, or as words in a line. */
export interface ButtonDrawing {
  readonly signOf?: (weight: Action['weight'], proof: Action['proof']) => ReactNode;
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

let Drawn: ComponentType<MatterCardProps> | undefined;
const spoken = new Set<string>();

async function load(words: Words): Promise<void> {
  const { MatterCard, loadLateWords } = await import('./matter-card.tsx');
  await loadLateWords(words);
  Drawn = MatterCard;
  spoken.add(words.locale);
}

/** A card that few chats show: its drawing and its words are fetched with the first one. */
export function LateCard({ text, ...card }: LateCardProps): ReactNode {
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
  if (Drawn && isReady) return <Drawn {...card} />;
  if (!failed) return <CardGhost />;
  return (
    <>
      <p>{text}</p>
      {card.buttons?.draw()}
    </>
  );
}
