/** A thread that trains one part of the work (`parts.ts`) and hands over what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { examineFold, trainAll } from './examining.ts';
import { languageOf } from './languages.ts';
import type { Part } from './parts.ts';

const { name, file, fold } = workerData as Part;
const language = languageOf(name, file);
const outcome =
  fold === 'all'
    ? trainAll([...language.lessons, ...language.strays], language.recipe)
    : examineFold(language, fold, language.adding());
// Nothing is given away with it: numbers are copied.
parentPort?.postMessage(outcome, []);
