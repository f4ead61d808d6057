import type { MoneyIntent, Slots } from './frame.ts';
import { measures } from './measure-phrases.ts';
import { flows, paydays } from './movement-phrases.ts';
import type { Cue } from './phrase.ts';

/** What the phrases of a text say together. */
export interface Measured {
  readonly intents: readonly MoneyIntent[];
  readonly slots: Slots;
  readonly ofThose: boolean;
  readonly missing?: 'interest' | 'food';
  readonly rest: string[];
}

const cues: readonly Cue[] = [...paydays, ...flows, ...measures];

/** Takes the phrases of measure and movement out of folded words. */
export function takeMeasures(folded: readonly string[]): Measured {
  let text = folded.join(' ');
  const intents = new Set<MoneyIntent>();
  const added: Slots[] = [];
  const says = (slot: 'flow' | 'which') => added.some((slots) => slots[slot] !== undefined);
  let ofThose = false;
  let missing: Cue['missing'];
  for (const cue of cues) {
    // A movement of one kind only: "interest earned" is not also pay.
    if (cue.slots?.flow !== undefined && (says('flow') || intents.has('payday'))) continue;
    if (cue.slots?.which !== undefined && says('which')) continue;
    const found = cue.pattern.exec(text);
    if (found === null) continue;
    text = `${text.slice(0, found.index)} | ${text.slice(found.index + found[0].length)}`.replaceAll(/ +/g, ' ').trim();
    if (cue.intent !== undefined) intents.add(cue.intent);
    added.push(cue.slots ?? {});
    ofThose ||= cue.ofThose === true;
    missing ??= cue.missing;
  }
  const rest = text.split(' ').filter((word) => word !== '' && word !== '|');
  // What was found first stands.
  const slots: Slots = Object.assign({}, ...added.toReversed());
  return { intents: [...intents], slots, ofThose, rest, ...(missing === undefined ? {} : { missing }) };
}

/** Every word that a phrase is made of: right as it is, never corrected. */
export const cueWords: readonly string[] = [
  ...new Set(cues.flatMap(({ pattern }) => pattern.source.match(/(?<![\\[])[a-z]{3,}/g) ?? [])),
];

/** Words of measures, which slips are forgiven for. */
export const measureWords: readonly string[] =
  `average promedio biggest largest highest smallest cheapest expensive subscriptions subscription suscripciones recurring
  pending pendientes salary paycheck payday salario sueldo nomina refunds refund reembolsos upcoming percentage porcentaje
  category categories categoria categorias merchants merchant comercios tiendas stores compare compared comparar transfers
  transferencias interest intereses income ingresos withdrawals abroad online breakdown desglose veces times often weekly
  monthly semanal mensual`.split(/\s+/);
