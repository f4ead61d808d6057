import { hoursAndMinutes, type Standing } from './clock.ts';
import type { DeskWords } from './words.ts';

/** How a case stands, in a few words: "Answer by 3:27 PM, 4 min". */
export function standingWords(standing: Standing, words: DeskWords): string {
  if (!('answerBy' in standing)) return words.say(`clock.${standing.stands}`);
  const time = words.time(standing.answerBy);
  const left = stretchWords(standing.minutes, words);
  if (standing.stands === 'due') return words.say('clock.due', { time, left });
  return standing.minutes === 0 ? words.say('clock.lateNow', { time }) : words.say('clock.late', { time, left });
}

/** "4 min", "2 h 15 min" */
export function stretchWords(minutes: number, words: DeskWords): string {
  const stretch = hoursAndMinutes(minutes);
  return stretch.hours === 0
    ? words.say('clock.minutes', { minutes: stretch.minutes })
    : words.say('clock.hours', stretch);
}

/** A stretch of seconds, in started minutes. */
export function secondsWords(seconds: number, words: DeskWords): string {
  return stretchWords(Math.ceil(seconds / 60), words);
}
