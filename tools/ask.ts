/**
 * `npm run ask -- --customer customer-1 --now 2026-11-20T12:00:00-05:00 "question" "next question"…` holds one
 * conversation over the sandbox's seeded history and prints each answer as text and as a line of JSON: `intent` (of what
 * people ask a bank, which of the 77, with its `confidence`), `slots`, `value`, `counted`. `--locale es`, `--bank chase` (one bank instead of all), `--json` (the JSON alone). Ends with 2
 * and a plain sentence when it is used wrongly.
 */
import { parseArgs } from 'node:util';
import { isTellerlineError } from '#base';
import type { Locale } from '#contract';
import { asking, type Asked } from './asking.ts';
import { bankCalled } from './seeded-money.ts';

const usage =
  'npm run ask -- --customer customer-1 --now 2026-11-20T12:00:00-05:00 [--locale en|es] [--bank all|chase|…] [--json] "question" …';

interface Wanted {
  readonly customer: string;
  readonly now: Temporal.Instant;
  readonly locale: Locale;
  readonly banks: readonly string[] | undefined;
  readonly json: boolean;
  readonly questions: readonly string[];
}

function refuse(why: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}

function readArguments(): Wanted {
  const options = {
    customer: { type: 'string', default: 'customer-1' },
    now: { type: 'string' },
    locale: { type: 'string', default: 'en' },
    bank: { type: 'string', default: 'all' },
    json: { type: 'boolean', default: false },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'These options are not known.');
  }
  const { values, positionals } = parsed;
  const { customer, locale, json } = values;
  if (locale !== 'en' && locale !== 'es') return refuse(`--locale is en or es, not “${locale}”.`);
  if (positionals.every((text) => text.trim() === '')) return refuse('Ask at least one question.');
  const bank = values.bank === 'all' ? undefined : bankCalled(values.bank);
  if (values.bank !== 'all' && bank === undefined) return refuse(`The sandbox has no bank “${values.bank}”.`);
  return {
    customer,
    now: readNow(values.now),
    locale,
    json,
    banks: bank === undefined ? undefined : [bank],
    questions: positionals,
  };
}

function readNow(text: string | undefined): Temporal.Instant {
  if (text === undefined) return Temporal.Now.instant();
  try {
    return Temporal.Instant.from(text);
  } catch {
    return refuse(`--now is an instant such as 2026-11-20T12:00:00-05:00, not “${text}”.`);
  }
}

function print({ question, texts, quickReplies, ...rest }: Asked, jsonOnly: boolean): void {
  if (!jsonOnly) {
    console.log(`> ${question}`);
    for (const text of texts) console.log(text);
    if (quickReplies.length > 0) console.log(`[${quickReplies.join('] [')}]`);
  }
  console.log(JSON.stringify({ question, ...rest, text: texts, ...(quickReplies.length > 0 && { quickReplies }) }));
}

const wanted = readArguments();
try {
  const ask = asking(wanted);
  for (const question of wanted.questions) print(await ask(question), wanted.json);
} catch (error) {
  if (isTellerlineError(error, 'customer_unknown')) refuse(error.message);
  throw error;
}
