import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTellerlineError, systemRandom, TellerlineError, type Clock, type Log } from '#base';
import type { BankFace } from '#contract';
import { hubMigrations, migrate, openDatabase } from '#db';
import type { HttpParts } from '#http';
import type { Config } from './config.ts';
import { withHubDatabase } from './hub-database.ts';
import { ownPools } from './pools.ts';
import { openKeyProvider } from './keys.ts';
import { wire } from './wire.ts';

/** What the commands of a bank work with. */
export interface BankCommand {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  /** The bank's id, such as `citi`. */
  readonly bank: string;
  readonly say: (line: string) => void;
}

const number = new Intl.NumberFormat('en');
const lookEveryMs = 500;

/**
 * `tellerline bank withdraw`: pulls a bank out, beside a running hub or without one, and shows how far it
 * has come. Without `yes` it asks for the bank's name first.
 *
 * @throws TellerlineError `bank_unknown`, `bank_name_differs`
 */
export async function withdrawBank(command: BankCommand & { readonly yes: boolean }): Promise<void> {
  await withParts(command, async (parts, face) => {
    const { withdrawals } = parts.linking;
    const { bank, say } = command;
    const counts = await withdrawals.count(bank);
    say(
      `Pulling ${face.name} out ends ${number.format(counts.links)} links of ${number.format(counts.customers)} customers.`,
    );
    say(
      `  ${number.format(counts.keys)} keys are destroyed, and the bank’s root key with them: no backup opens afterwards.`,
    );
    say(`  ${number.format(counts.records)} records and ${number.format(counts.messages)} messages are deleted.`);
    say('  Each customer is told why in their chat. It cannot be taken back: each would have to link again.');
    if (!command.yes) await requireName(face);
    await withdrawals.withdraw(bank, 'operator');
    say('Nothing of it can be read any more.');
    await followTo(parts, command);
    say(`Done. The receipt: tellerline bank receipt ${bank}`);
  });
}

/** `tellerline bank return`: lets a bank that has withdrawn be linked again. @throws those of `Withdrawals.giveBack` */
export async function returnBank(command: BankCommand): Promise<void> {
  await withParts(command, async (parts, face) => {
    await parts.linking.withdrawals.giveBack(command.bank, 'operator');
    command.say(`${face.name} may be linked again. What was deleted stays deleted.`);
  });
}

/** `tellerline bank receipt`: prints the signed deletion receipt, or writes it to a file. @throws TellerlineError `no_receipt` */
export async function bankReceipt(command: BankCommand & { readonly file?: string }): Promise<void> {
  await withParts(command, async (parts) => {
    const text = `${JSON.stringify(await signedReceipt(parts, command.bank), null, 2)}\n`;
    if (command.file === undefined) {
      command.say(text.trimEnd());
      return;
    }
    writeFileSync(command.file, text, { mode: 0o600 });
    command.say(`Written to ${command.file}. Check it: tellerline verify ${command.file}`);
  });
}

/** Without a running hub nobody else signs the log: a round of our own covers the receipt. Two cannot fork it. */
async function signedReceipt(parts: HttpParts, bank: string): Promise<object> {
  try {
    return await parts.linking.withdrawals.receipt(bank, parts.proof);
  } catch (error) {
    if (!isTellerlineError(error, 'log_not_ready')) throw error;
    await parts.proof.sequencer.round();
    return parts.linking.withdrawals.receipt(bank, parts.proof);
  }
}

/** Says how far it has come until it is done, whoever carries it out. */
async function followTo(parts: HttpParts, { bank, say }: BankCommand): Promise<void> {
  let said = -1;
  for (;;) {
    const now = await parts.linking.withdrawals.standing(bank);
    if (!now || now.step === 'done') return;
    if (now.ended !== said) say(`  ${number.format(now.ended)} of ${number.format(now.links)} links ended …`);
    said = now.ended;
    await sleep(lookEveryMs);
  }
}

async function requireName(face: BankFace): Promise<void> {
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const name = await asking.question(`Write the bank’s name to confirm (${face.name}): `);
    if (name.trim().toLowerCase() === face.name.toLowerCase()) return;
  } finally {
    asking.close();
  }
  throw new TellerlineError('bank_name_differs', 422, 'That is not its name. Nothing was changed.');
}

/** The parts of a hub without its listeners, for as long as the work takes. */
async function withParts(
  { config, log, clock, bank }: BankCommand,
  work: (parts: HttpParts, face: BankFace) => Promise<void>,
): Promise<void> {
  await withHubDatabase(config, log, async (url) => {
    const database = openDatabase(url, { log });
    try {
      await migrate(database, { directory: hubMigrations, schema: 'public' });
      const provider = openKeyProvider(config, systemRandom);
      const options = { config, databaseUrl: url, log, clock, sandboxUrl: () => '' };
      const parts = wire(options, { ...ownPools(database), provider }, () => config.url ?? '');
      const face = parts.faces().find((one) => one.id === bank);
      if (!face) throw new TellerlineError('bank_unknown', 404, `There is no bank ${bank} here.`);
      try {
        await work(parts, face);
      } finally {
        await parts.linking.jobs.stop();
      }
    } finally {
      await database.close();
    }
  });
}
