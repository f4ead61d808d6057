import type { Card } from '#contract';
import { balanceLines, purchaseLine, type Reader } from './lines.ts';

/** A card that has no better form at a messenger: its gist, and below it what it lists, a line each. */
export function cardWords(card: Card, gist: string, reader: Reader): string {
  return [gist, ...linesOf(card, reader)].filter((line) => line !== '').join('\n');
}

function linesOf(card: Card, reader: Reader): string[] {
  if (card.card === 'chart') {
    return card.chart === 'purchases' ? card.purchases.map((one) => purchaseLine(one, reader)) : [];
  }
  if (card.card !== 'balance') return [];
  return card.accounts.map((account) => {
    const { title, subtitle } = balanceLines(account, card.bank, reader);
    return `${title} · ${subtitle}`;
  });
}
