import { answer } from './answer.ts';
import { frameOf, type Frame, type UnderstandingContext, type Understood } from './frame.ts';
import type { Answer, Turn } from './turn.ts';
import { understandWith } from './understand.ts';

/** What one turn of a conversation came to. */
export interface Conversed {
  readonly understood: Understood;
  /** What a later text may follow up; undefined when there is nothing to follow up. */
  readonly frame: Frame | undefined;
  readonly answers: readonly Answer[];
}

/**
 * One turn: understands a text over the customer's money and answers it.
 *
 * @param previous the frame of the question before, if it is still meant
 * @throws whatever the ports throw that is not a bank's refusal
 */
export async function converse(
  text: string,
  turn: Omit<Turn, 'understood'>,
  previous: Frame | undefined,
): Promise<Conversed> {
  const { money, locale, timeZone, now } = turn;
  const linked = await money.links();
  const context: Omit<UnderstandingContext, 'merchants'> = {
    locale,
    timeZone,
    now,
    banks: money.banks(),
    shops: money.shops(),
    accounts: linked.flatMap((link) => link.accounts.map((account) => ({ ...account, bank: link.bank.id }))),
    ...(previous && { previous }),
  };
  const understood = await understandWith(text, context, money.merchants);
  return { understood, frame: frameOf(understood, now), answers: await answer({ ...turn, understood }) };
}
