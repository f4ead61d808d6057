import { caseMatter } from './case-words.ts';
import { controlMatter } from './control-words.ts';
import { fraudMatter } from './fraud-words.ts';
import type { Matter, MatterCard, MatterContext } from './matter.ts';
import { parcelMatter } from './parcel-words.ts';
import { receiptMatter } from './receipt-words.ts';
import { talkMatter } from './talk-words.ts';

/** Puts a card of a matter that goes on into words, part by part. */
export function matterOf(card: MatterCard, context: MatterContext): Matter {
  switch (card.card) {
    case 'fraudAlert':
      return fraudMatter(card, context);
    case 'cardControl':
      return controlMatter(card, context);
    case 'case':
      return card.kind === 'talk' ? talkMatter(card, context) : caseMatter(card, context);
    case 'receipt':
      return receiptMatter(card, context);
    case 'parcel':
      return parcelMatter(card, context);
  }
}
