import type { QuietHours } from '#contract';
import { fold, withoutQuotes } from './fold.ts';

/**
 * "Quiet hours from 10 pm to 7 am", "send me a daily summary at 8 pm", and the words that end both: recognised
 * only when the whole text says nothing else.
 */

/** What was said of when to be told: null ends it. */
export type HoursWish =
  | { readonly intent: 'hours'; readonly quiet: QuietHours | null }
  | { readonly intent: 'hours'; readonly digestHour: number | null }
  | { readonly intent: 'hearing' };

/** Stands for a time while the words are compared. */
const T = 'xtimex';
const courtesies = /\b(please|pls|por favor|porfa|from now on|a partir de ahora|desde ahora|hi|hello|hola)\b/g;
const timePattern =
  /\b(\d{1,2})(?:[:.](\d{2}))? ?(am|pm|h\b|hrs?\b|hours\b|horas\b|oclock|de la (?:manana|tarde|noche|madrugada)|in the (?:morning|afternoon|evening)|at night)?|\b(noon|midnight|mediodia|medianoche)\b/g;
const afternoon = /^(pm|de la (tarde|noche)|in the (afternoon|evening)|at night)$/;
const forenoon = /^(am|de la (manana|madrugada)|in the morning)$/;

const quietNames = '(?:quiet (?:hours|time)|do not disturb)';
const silencio = '(?:horas? de silencio|horas? tranquilas|horario silencioso|silencio|no molestar)';
const span = `(?:(?:are |is )?(?:from |between |at )?)${T} (?:to|until|till|and) ${T}`;
const tramo = `(?:(?:son |es )?(?:de|desde|entre) (?:las? )?)${T} (?:a|hasta|y) (?:las? )?${T}`;
const quietOn = [
  new RegExp(`^(?:(?:set|turn on|start|i want) )?(?:my |the )?${quietNames} ${span}$`),
  new RegExp(`^(?:dont|do not) (?:disturb|bother|notify|alert|message) me ${span}$`),
  new RegExp(`^be quiet ${span}$`),
  new RegExp(`^(?:(?:pon|activa|quiero) )?(?:mis |las |el )?${silencio} ${tramo}$`),
  new RegExp(`^no me (?:molestes|avises|notifiques|interrumpas|escribas) ${tramo}$`),
];
const quietOff = [
  new RegExp(`^(?:no|no more|turn off|switch off|end|cancel|remove|stop) (?:my |the )?${quietNames}$`),
  new RegExp(`^(?:sin|quita|cancela|desactiva|apaga|borra|no quiero) (?:mis |las |el )?${silencio}$`),
];

const digest = '(?:(?:daily )?(?:digest|summary)(?: every day| each day| daily| a day)?)';
const resumen = '(?:resumen(?: diario| del dia| cada dia| todos los dias)?)';
const digestOn = [
  new RegExp(`^(?:(?:send|give|tell|message) me |i want )?(?:a |the |my )?${digest}(?: (?:at )?${T})?$`),
  new RegExp(`^(?:(?:mandame|enviame|dame|quiero) )?(?:un |el |mi )?${resumen}(?: (?:a )?(?:las? )?${T})?$`),
];
const digestOff = [
  new RegExp(
    `^(?:no|no more|turn off|switch off|end|cancel|stop|stop sending|(?:dont|do not) send)(?: me)? (?:a |the |my )?${digest}$`,
  ),
  new RegExp(
    `^(?:sin|quita|cancela|desactiva|apaga|no quiero|no me mandes|no me envies|deja de mandarme) (?:un |el |mi )?${resumen}$`,
  ),
];
const asked = /^(?:(?:what|when) are my quiet hours|(?:cuales|cuando) son mis horas de silencio)$/;

/** When the hour of a digest is not said. */
const digestHourUnlessSaid = 20;

/** Reads a text for when to be told; undefined when that is not all it says. */
export function wishOfHours(text: string): HoursWish | undefined {
  const own = withoutQuotes(text);
  if (own.includes('…')) return undefined;
  const times: Said[] = [];
  const said = fold(own)
    .replaceAll(/(?<=\b[ap])\.(?=m\b)/g, '')
    .replaceAll(/(?<=\d) ?[-–] ?(?=\d)/g, ' to ')
    .replaceAll(timePattern, (_, hour?: string, minute?: string, half = '', named?: string) => {
      times.push({ hour: Number(hour ?? 0), minute: minute ?? '', half, named });
      return ` ${T} `;
    })
    .replaceAll(courtesies, ' ')
    .replaceAll(/[.,;!?¡¿']/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
  const is = (patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(said));
  if (asked.test(said)) return { intent: 'hearing' };
  if (is(quietOff)) return { intent: 'hours', quiet: null };
  if (is(digestOff)) return { intent: 'hours', digestHour: null };
  if (is(quietOn)) return quietOf(times);
  return is(digestOn) && /digest|summary|resumen/.test(said) ? digestOf(times) : undefined;
}

interface Said {
  readonly hour: number;
  /** Empty when none were said. */
  readonly minute: string;
  readonly half: string;
  readonly named: string | undefined;
}

/** "7" of "22 to 7" is clear by the other one; of "10 to 7" neither is. */
function quietOf(said: readonly Said[]): HoursWish | undefined {
  const clear = said.some(({ hour, minute }) => hour > 12 || minute !== '');
  const [from, to] = said.map((one) => timeOf(one, clear));
  if (from === undefined || to === undefined || from === to) return undefined;
  return { intent: 'hours', quiet: { from, to } };
}

function digestOf([said]: readonly Said[]): HoursWish | undefined {
  if (!said) return { intent: 'hours', digestHour: digestHourUnlessSaid };
  const time = timeOf(said, said.minute !== '' || said.hour > 12);
  return time?.endsWith(':00') ? { intent: 'hours', digestHour: Number(time.slice(0, 2)) } : undefined;
}

/** A time as "22:00"; undefined when it is none, or may be one of two. */
function timeOf({ hour, minute, half, named }: Said, by24: boolean): string | undefined {
  if (named !== undefined) return /^(noon|mediodia)$/.test(named) ? '12:00' : '00:00';
  const isHalf = afternoon.test(half) || forenoon.test(half);
  if (!isHalf && !by24) return undefined;
  if (hour > 23 || Number(minute) > 59 || (isHalf && (hour < 1 || hour > 12))) return undefined;
  const hours = isHalf ? (hour % 12) + (afternoon.test(half) && !isMidnight(hour, half) ? 12 : 0) : hour;
  return `${String(hours).padStart(2, '0')}:${minute === '' ? '00' : minute}`;
}

/** "12 de la noche" and "12 at night" are midnight. */
const isMidnight = (hour: number, half: string): boolean => hour === 12 && /noche|night/.test(half);
