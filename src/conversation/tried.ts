import { limits, type Clock, type ConversationId, type LinkId, type MessageId } from '#base';
import type { Locale } from '#contract';
import type { Intent } from './frame.ts';
import type { Answer } from './turn.ts';
import { say, type Sentence } from './words.ts';

/** What was asked and answered of late, for staff: so that nobody repeats themselves. */
export interface Tried {
  /** Notes what a message was answered with. */
  note(
    conversationId: ConversationId,
    of: Pick<Note, 'messageId' | 'intent' | 'completes' | 'isForBank'>,
    answers: readonly Answer[],
  ): void;
  /** The last question of the last minutes that a bank could be asked. */
  question(conversationId: ConversationId): MessageId | undefined;
  /** What was tried, a sentence each, oldest first: nothing that was read from another link. */
  sentences(conversationId: ConversationId, linkId: LinkId, locale: Locale): readonly string[];
}

interface Note {
  readonly atMs: number;
  readonly messageId: MessageId;
  readonly intent: Intent | 'unsure';
  /** It only said what was missing in the question before. */
  readonly completes: boolean;
  /** A bank could be asked it: the weather is no question for staff. */
  readonly isForBank: boolean;
  readonly links: readonly LinkId[];
}

const keptMax = 10;

/** What staff are told of; nothing else of the thread is theirs to know. */
const told: Readonly<Partial<Record<Intent | 'unsure', Sentence>>> = {
  balance: 'tried.balance',
  recent: 'tried.recent',
  whereUsed: 'tried.whereUsed',
  spending: 'tried.spending',
  count: 'tried.figures',
  extreme: 'tried.figures',
  average: 'tried.figures',
  compare: 'tried.figures',
  breakdown: 'tried.figures',
  share: 'tried.figures',
  recurring: 'tried.figures',
  due: 'tried.figures',
  payday: 'tried.figures',
  card: 'tried.card',
  cards: 'tried.cards',
  pin: 'tried.pin',
  statements: 'tried.statements',
  lead: 'tried.lead',
  help: 'tried.help',
  unsure: 'tried.unsure',
};

/** None of them asks a bank anything. */
const noQuestion: readonly (Intent | 'unsure')[] = ['talkToPerson', 'thanks', 'greeting'];

/** Makes it, empty. In memory: it is worth minutes. */
export function createTried(clock: Clock): Tried {
  const notes = new Map<ConversationId, Note[]>();
  const fresh = (conversationId: ConversationId): readonly Note[] => {
    const since = clock.nowMs() - limits.triedMinutesMax * 60_000;
    return (notes.get(conversationId) ?? []).filter(({ atMs }) => atMs >= since);
  };
  return {
    note: (conversationId, { messageId, intent, completes, isForBank }, answers) => {
      const links = answers.flatMap(({ derivedFrom, alsoDerivedFrom = [] }) =>
        derivedFrom === null ? [] : [derivedFrom, ...alsoDerivedFrom],
      );
      const one = { atMs: clock.nowMs(), messageId, intent, completes, isForBank, links };
      const kept = [...fresh(conversationId), one].slice(-keptMax);
      // Last written stands last, so that whoever is stale stands first.
      notes.delete(conversationId);
      notes.set(conversationId, kept);
      for (const known of notes.keys()) {
        if (fresh(known).length > 0) break;
        notes.delete(known);
      }
    },
    question: (conversationId) =>
      fresh(conversationId).findLast(
        ({ intent, completes, isForBank }) => !completes && isForBank && !noQuestion.includes(intent),
      )?.messageId,
    sentences: (conversationId, linkId, locale) =>
      fresh(conversationId).flatMap(({ intent, links }) => {
        const key = told[intent];
        return key !== undefined && links.every((one) => one === linkId) ? [say(locale, key)] : [];
      }),
  };
}
