import { endOf, startOf, steps, type Calendar, type Unit } from './calendar.ts';
import { numberWords, units } from './period-words.ts';

/** Days that have not come yet, and the words without them. */
export interface AheadMention {
  readonly ahead?: { readonly from: string; readonly to: string };
  readonly rest: string[];
}

const count = String.raw`(\d{1,2}|${[...numberWords.keys()].join('|')})`;
const unit = String.raw`(${[...units.keys()].join('|')})`;
const words = (pattern: string): RegExp => new RegExp(String.raw`(?<![^ ])(?:${pattern})(?![^ ])`);

const counted = words(
  String.raw`(?:in |over |within |for |en |durante )?(?:the |los |las )?(?:next|coming|following|proxim[oa]s|siguientes) ${count} ${unit}`,
);
const next = words(
  String.raw`(?:in |on |for |en |para |de )?(?:the |la |el )?(?:(?:next|coming|following|proxim[oa]|siguiente) ${unit}|${unit} (?:que viene|proxim[oa]|entrante))`,
);
const current = words(
  String.raw`(?:in |for |en |de )?(?:(?:the rest of |later |el resto de |lo que queda de )?(?:the |this |current |la |el |est[ea] )${unit})`,
);
/** "Before the end of the month". */
const endOfThis = words(
  String.raw`(?:before|by|until|till|antes de|hasta) (?:the |el )?(?:end of|fin de|fin del|final de|final del) (?:the |this |el |la |este |esta )?${unit}`,
);
const todays = words('(?:for )?(?:today|todays|hoy)');
const tomorrow = words('tomorrow|(?:para )?manana');
const soon = words('soon|next|pronto|in the near future');

/** Takes a span of days to come out of folded words. Weeks begin as the customer's do; "this month" is what is left of it. */
export function takeAhead(folded: readonly string[], { today, weekStart }: Calendar): AheadMention {
  const text = folded.join(' ');
  const first = today.add({ days: 1 });
  const taken = (found: RegExpExecArray, from: Temporal.PlainDate, to: Temporal.PlainDate): AheadMention => ({
    ahead: { from: from.toString(), to: to.toString() },
    rest: `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`.split(' ').filter(Boolean),
  });
  const several = counted.exec(text);
  if (several) {
    const [, number = '', name = ''] = several;
    const many = numberWords.get(number) ?? Number(number);
    return taken(several, first, today.add(steps(units.get(name) ?? 'day', many)));
  }
  const one = next.exec(text);
  if (one) {
    const which: Unit = units.get(one[1] ?? one[2] ?? '') ?? 'day';
    const start = startOf(which, today, weekStart).add(steps(which, 1));
    return taken(one, start, endOf(which, start));
  }
  const now = endOfThis.exec(text) ?? current.exec(text);
  if (now) {
    const which: Unit = units.get(now[1] ?? '') ?? 'day';
    const end = endOf(which, startOf(which, today, weekStart));
    return taken(now, Temporal.PlainDate.compare(first, end) > 0 ? end : first, end);
  }
  const day = tomorrow.exec(text);
  if (day) return taken(day, first, first);
  const thisDay = todays.exec(text);
  if (thisDay) return taken(thisDay, today, today);
  const near = soon.exec(text);
  return near ? { ...taken(near, first, first), ahead: soonDays(today) } : { rest: [...folded] };
}

/** What "upcoming" means when no time is said: thirty days from tomorrow. */
export function soonDays(today: Temporal.PlainDate): { from: string; to: string } {
  return { from: today.add({ days: 1 }).toString(), to: today.add({ days: 30 }).toString() };
}
