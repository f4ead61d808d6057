import type { BankId } from '#base';
import { answer } from './answer.ts';
import { frameOf, type Followable, type UnderstandingContext, type Understood } from './frame.ts';
import { leadCompleted, leadFrom } from './leading.ts';
import type { Answer, Turn } from './turn.ts';
import { understandWith } from './understand.ts';

/** What one turn of a conversation came to. */
export interface Conversed {
  readonly understood: Understood;
  /** What a later text may follow up; undefined when there is nothing to follow up. */
  readonly frame: Followable | undefined;
  readonly answers: readonly Answer[];
  /** It was no question of its own: it said what was missing in the one before. */
  readonly completes: boolean;
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
  previous: Followable | undefined,
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
  const banks = [...new Set(linked.map(({ bank }) => bank.id as BankId))];
  const completed = leadCompleted(text, context);
  const understood = completed ?? leadFrom(text, await understandWith(text, context, money.merchants), context, banks);
  const answers = await answer({ ...turn, understood });
  const frame = frameOf(understood, now);
  return { understood, frame: frame && lookedAt(frame, answers), answers, completes: completed !== undefined };
}

/** Remembers the days that an answer looked at where the question named none. */
function lookedAt(frame: Followable, answers: readonly Answer[]): Followable {
  if (frame.intent === 'lead') return frame;
  const counted = answers.find(({ figure }) => figure !== undefined)?.figure?.counted;
  // A list without days ends where it is long enough, at each bank in another place.
  const summed = ['spending', 'count', 'extreme', 'average', 'breakdown', 'share'].includes(frame.intent);
  if (frame.slots.period !== undefined || counted === undefined || !summed) return frame;
  return { ...frame, span: { from: counted.from, to: counted.to } };
}
