/** Trainings that need nothing of each other run beside each other, one a core. What comes of each is the same. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { folds, type Examined, type Taught } from './examining.ts';
import type { LanguageName } from './languages.ts';

/** One training: without one fold, which it judges, or on everything. `file`: the questions of BANKING77. */
export interface Part {
  readonly name: LanguageName;
  readonly file: string;
  readonly fold: number | 'all';
}

/** Judges each fold and trains on everything. `tell` is told what is done. */
export async function inParts(
  name: LanguageName,
  file: string,
  tell: (what: string) => void,
): Promise<{ readonly examined: Examined; readonly taught: Taught }> {
  const waiting: number[] = Array.from({ length: folds }, (_, fold) => fold);
  const examined: Examined[] = [];
  const train = async (): Promise<Taught> => {
    const taught = await trained<Taught>({ name, file, fold: 'all' });
    tell('trained on everything');
    await judge();
    return taught;
  };
  const judge = async (): Promise<void> => {
    for (let fold = waiting.shift(); fold !== undefined; fold = waiting.shift()) {
      examined[fold] = await trained<Examined>({ name, file, fold });
      tell(`judged fold ${fold + 1} of ${folds}`);
    }
  };
  const others = Array.from({ length: Math.max(1, availableParallelism() - 1) }, judge);
  const [taught] = await Promise.all([train(), ...others]);
  const whole = (part: keyof Examined) => examined.flatMap((one) => one[part]);
  return { taught, examined: { within: whole('within'), far: whole('far'), near: whole('near') } };
}

async function trained<Outcome>(part: Part): Promise<Outcome> {
  const worker = new Worker(new URL('one-part.ts', import.meta.url), { workerData: part });
  const [outcome] = (await once(worker, 'message')) as [Outcome];
  return outcome;
}
