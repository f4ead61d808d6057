import type { Locale, Message } from '#contract';
import { nowMs, type MadeCard } from './made-matters.ts';

/** The message that a made card stands in: under the number of its place. */
export function messageOf({ card, buttons = [] }: MadeCard, index: number, locale: Locale, text = ''): Message {
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    revision: 1,
    author: 'bank',
    at: new Date(nowMs).toISOString(),
    content: { kind: 'card', card, text },
    actions: buttons.map(([en, es, weight, proof], n) => ({
      act: 'control',
      ...(proof && { proof }),
      label: locale === 'es' ? es : en,
      token: `made-${index}-${n}`,
      weight,
    })),
  };
}
