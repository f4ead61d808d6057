#!/usr/bin/env node
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { createLog, isTellerlineError, limits, systemClock, type Log } from '#base';
import type { BankCommand } from './bank.ts';
import type { SetupCommand } from './channel-setup.ts';
import { describeConfig, readConfig, type Config } from './config.ts';
import type { KeyServiceChoices } from './key-service.ts';
import type { Addresses, Tellerline } from './start.ts';
import type { VerifyChoices } from './verify.ts';

/** One press of Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const sameSignalMs = 500;
/** The log of the time before is kept once, so that the file cannot grow without bound. */
const logBytesMax = 20 * 1024 * 1024;

const program = new Command('tellerline').description('A bank in the messenger people already use.');

program
  .command('start')
  .description('start everything and say where to go; settings are environment variables (see "config")')
  .action(start);

program
  .command('play')
  .description('play a CSV file of card use (plain or gzip) through a running sandbox bank')
  .argument('<file>')
  .option('--bank <bank>', 'the bank whose cards are used', 'jpmorgan-chase')
  .option('--speed <number>', 'purchases per second; as fast as they are accepted when not given', readNumber)
  .option(
    '--customers <number>',
    'spread the cards over this many customers; one customer per card when not given',
    readCount,
  )
  .option('--now', 'move all dates so that the last purchase happens now')
  .action(play);

program
  .command('verify')
  .description('check a proof log at its address, or an export or a receipt in a file; 0 when all is well, else 1')
  .argument('<address or file>', 'such as https://bank.example/log/')
  .option('--key <key or file>', 'the log’s key, as it was known before; without it the log is taken at its word')
  .option('--witness <keys>', 'keys of witnesses, or a file with one a line: each must have cosigned the checkpoint')
  .option('--remember <file>', 'the last checkpoint seen: the log must continue it; written anew when all is well')
  .option('--all', 'read and hash every leaf of the log')
  .action(check);

program
  .command('keys')
  .description('the keys under which everything is sealed')
  .command('rotate')
  .description(
    'renew the root keys now, beside a running Tellerline or without one; what was erased opens in no older copy of the database any more',
  )
  .option('--bank <bank>', 'the root key of this bank alone ("operator": of what customers keep here)')
  .option('--kek', 'renew the key-encrypting key instead of the roots')
  .action(rotate);

program
  .command('reconcile')
  .description(
    'hold the releases that a bank’s key service has counted against the log; 0 when it explains them all, else 1',
  )
  .argument('<bank>', 'a bank that holds its own key')
  .option('--export <file>', 'write the leases with their proofs, for the bank to check and count itself')
  .action((id: string, choices: { export?: string }) =>
    attempt(async () => {
      const { reconcileBank } = await import('./reconcile.ts');
      const config = settings();
      const given = { config, log: createLog('warn'), bank: id, say };
      const explained = await reconcileBank({
        ...given,
        ...(choices.export !== undefined && { exportTo: choices.export }),
      });
      say(explained ? 'The log explains every release.' : 'There are releases that the log does NOT explain.');
      if (!explained) process.exitCode = 1;
    }),
  );

program
  .command('backup')
  .description('write the database to a file; the keys are not in it')
  .argument('<file>', 'where to')
  .action((file: string) => withDatabase(async (commands, given) => commands.backup({ ...given, file })));

program
  .command('restore')
  .description('put a backup into an empty database, and end again what was taken back since')
  .argument('[file]', 'the backup; without one: the older copy that was put in place by other means')
  .action((file: string | undefined) =>
    withDatabase(async (commands, given) => commands.restore({ ...given, ...(file !== undefined && { file }) })),
  );

const bank = program.command('bank').description('a whole bank pulls out, and comes back');

bank
  .command('withdraw')
  .description('end every link to a bank: nothing of it can be read any more, and everything of it is deleted')
  .argument('<bank>', 'the bank’s id, such as citi')
  .option('--yes', 'do not ask')
  .action((id: string, { yes }: { yes?: true }) =>
    ofBank(id, async (commands, command) => commands.withdrawBank({ ...command, yes: yes ?? false })),
  );

bank
  .command('return')
  .description('let a bank that has withdrawn be linked again')
  .argument('<bank>', 'the bank’s id')
  .action((id: string) => ofBank(id, async (commands, command) => commands.returnBank(command)));

bank
  .command('receipt')
  .description('the signed deletion receipt of a withdrawal, to be checked with "verify"')
  .argument('<bank>', 'the bank’s id')
  .argument('[file]', 'where to write it; printed when not given')
  .action((id: string, file: string | undefined) =>
    ofBank(id, async (commands, command) => commands.bankReceipt({ ...command, ...(file !== undefined && { file }) })),
  );

const deadLetters = program.command('dead-letters').description('what messengers told and nobody could understand');

deadLetters
  .command('list')
  .description('count them, by messenger and reason')
  .action(() =>
    attempt(async () =>
      (await import('./dead-letters.ts')).listDeadLetters({ config: settings(), log: createLog('warn'), say }),
    ),
  );

deadLetters
  .command('replay')
  .description('read them again, as after an upgrade')
  .option('--channel <channel>', 'of this messenger alone')
  .action((choices: { channel?: string }) =>
    attempt(async () =>
      (await import('./dead-letters.ts')).replay({ config: settings(), log: createLog('warn'), say, ...choices }),
    ),
  );

const keyService = program.command('key-service').description('for a bank: the service that holds its own keys');

keyService
  .command('run')
  .description('make, release and destroy the root keys of one bank, for hubs with a certificate of its authority')
  .requiredOption('--bank <bank>', 'the bank’s id')
  .requiredOption('--folder <folder>', 'where its keys and counts lie')
  .requiredOption('--cert <file>', 'the service’s own certificate (PEM)')
  .requiredOption('--key <file>', 'the private key of that certificate (PEM)')
  .requiredOption('--client-ca <file>', 'the authority whose clients are let in (PEM)')
  .option('--host <host>', 'where it binds', '127.0.0.1')
  .option('--port <port>', '0 for any free one', readPort, 8443)
  .option('--with-parent', 'end when the standard input ends: for a program that starts it')
  .action((choices: KeyServiceChoices) => attempt(async () => (await loadKeyService()).run(choices, say)));

keyService
  .command('withdraw')
  .description('release nothing any more: within 30 s nothing of the bank can be read')
  .requiredOption('--folder <folder>', 'the folder of the service')
  .action(({ folder }: { folder: string }) => attempt(async () => (await loadKeyService()).withdraw(folder, say)));

keyService
  .command('return')
  .description('take a withdrawal back')
  .requiredOption('--folder <folder>', 'the folder of the service')
  .action(({ folder }: { folder: string }) => attempt(async () => (await loadKeyService()).giveBack(folder, say)));

keyService
  .command('releases')
  .description('print how often the root was released, by day')
  .requiredOption('--folder <folder>', 'the folder of the service')
  .action(({ folder }: { folder: string }) => attempt(async () => (await loadKeyService()).printReleases(folder, say)));

const templates = program.command('templates').description('the message templates of Messenger and WhatsApp');

templates
  .command('sync')
  .description('make or change the templates at the messengers, and how a page greets; 0 when all are in step, else 1')
  .action(() =>
    attempt(async () => {
      const { syncCommand } = await import('./channel-setup.ts');
      if (!(await syncCommand(setupCommand()))) process.exitCode = 1;
    }),
  );

templates
  .command('list')
  .description('how each template stood when it was last heard of')
  .action(() => attempt(async () => (await import('./channel-setup.ts')).listCommand(setupCommand())));

program
  .command('doctor')
  .description(
    'look whether Messenger and WhatsApp are set up as they have to be, and say what to mend; 0 when all is well, else 1',
  )
  .action(() =>
    attempt(async () => {
      const { doctorCommand } = await import('./doctor.ts');
      if (!(await doctorCommand(setupCommand()))) process.exitCode = 1;
    }),
  );

program
  .command('config')
  .description('print every setting as Markdown')
  .action(() => say(describeConfig().trimEnd()));

await program.parseAsync();

async function start(): Promise<void> {
  const config = settings();
  const { createMetrics } = await import('./metrics.ts');
  const metrics = createMetrics();
  const log = openLog(config, metrics.alarm);
  for (const variable of config.unknown) warn(log, `${variable} is not one of Tellerline's settings and is ignored.`);

  const { startTellerline } = await import('./start.ts');
  const tellerline = startTellerline({ config, log, metrics, clock: systemClock, say: (step) => say(`${step} …`) });
  stopOnSignal(tellerline);
  try {
    welcome(await tellerline.ready);
  } catch (error) {
    if (isTellerlineError(error, 'start_interrupted')) return;
    fail(error, log);
    process.exit();
  }
}

/** The first signal stops in order; a second one, or too long a wait, ends at once. */
function stopOnSignal(tellerline: Tellerline): void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (firstAt !== undefined) {
      if (now - firstAt > sameSignalMs) process.exit(signal === 'SIGINT' ? 130 : 143);
      return;
    }
    firstAt = now;
    say('Stopping … (Ctrl-C again to stop at once)');
    setTimeout(() => process.exit(1), limits.stopMsMax).unref();
    void stopAndLeave(tellerline);
  };
  // However the process ends, by a fault of its own too, no PostgreSQL is left running.
  process.on('exit', () => tellerline.kill());
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
}

async function stopAndLeave(tellerline: Tellerline): Promise<void> {
  await tellerline.stop();
  say('Stopped.');
  process.exit();
}

function welcome({ url, staffUrl, operatorUrl, sandboxUrl }: Addresses): void {
  // Counted from the start of the process: what a person has waited.
  const seconds = (performance.now() / 1000).toFixed(1);
  const lines = [
    '',
    `Tellerline is ready in ${seconds} s`,
    '',
    `  Messenger  ${url}`,
    `  Staff      ${staffUrl}`,
    `  Operator   ${operatorUrl}`,
    '             opens once; later with the secret of the key folder, operator.secret',
    ...(sandboxUrl === undefined
      ? []
      : [
          `  Sandbox    ${sandboxUrl}   customer-1 … customer-2000, password: sandbox`,
          `  Phone      ${sandboxUrl}/phone   Messenger and WhatsApp, to chat by hand`,
        ]),
    '',
    'Ctrl-C stops it.',
  ];
  say(lines.join('\n'));
}

async function play(
  file: string,
  choices: { bank: string; speed?: number; customers?: number; now?: true },
): Promise<void> {
  const config = settings();
  try {
    const { playFile } = await import('#sandbox');
    const totals = await playFile({
      ...choices,
      file,
      sandboxUrl: `http://127.0.0.1:${config.sandboxPort}`,
      output: process.stdout,
      progress: process.stderr,
    });
    // Bad rows were reported one by one; a file of which nothing could be played is an error.
    if (totals.accepted === 0) process.exitCode = 1;
  } catch (error) {
    fail(error, undefined);
  }
}

async function check(what: string, choices: VerifyChoices): Promise<void> {
  try {
    const { verify } = await import('./verify.ts');
    const { holds, said } = await verify(what, choices);
    for (const sentence of said) say(sentence);
    say(holds ? 'All is well.' : 'This does NOT hold.');
    if (!holds) process.exitCode = 1;
  } catch (error) {
    fail(error, undefined);
  }
}

function setupCommand(): SetupCommand {
  return { config: settings(), log: createLog('warn'), clock: systemClock, say };
}

function loadKeyService(): Promise<typeof import('./key-service.ts')> {
  return import('./key-service.ts');
}

async function withDatabase(
  work: (
    commands: typeof import('./backup.ts'),
    given: { config: Config; log: Log; clock: typeof systemClock; say: typeof say },
  ) => Promise<void>,
): Promise<void> {
  const config = settings();
  await attempt(async () =>
    work(await import('./backup.ts'), { config, log: createLog('warn'), clock: systemClock, say }),
  );
}

async function ofBank(
  id: string,
  work: (commands: typeof import('./bank.ts'), command: BankCommand) => Promise<void>,
): Promise<void> {
  const config = settings();
  await attempt(async () =>
    work(await import('./bank.ts'), { config, log: createLog('warn'), clock: systemClock, bank: id, say }),
  );
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    fail(error, undefined);
  }
}

async function rotate(choices: { bank?: string; kek?: true }): Promise<void> {
  const config = settings();
  await attempt(async () => {
    const { rotateKeys } = await import('./keys.ts');
    await rotateKeys({ config, log: createLog('warn'), clock: systemClock, ...choices, say });
  });
}

/** The settings, or the end of the process with the sentence that says what is wrong with them. */
function settings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    fail(error, undefined);
    process.exit();
  }
}

/** JSON lines on the error output, or in a file when that is a terminal, where a person reads. */
function openLog(config: Config, onAlarm: (name: string) => void): Log {
  if (!process.stderr.isTTY) return createLog(config.logLevel, undefined, onAlarm);
  mkdirSync(config.data, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const file = join(config.data, 'tellerline.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) renameSync(file, `${file}.1`);
  return createLog(config.logLevel, pino.destination({ dest: file, sync: true, mode: 0o600 }), onAlarm);
}

/** A sentence for the person, the trace for the log; what was not foreseen is shown whole. */
function fail(error: unknown, log: Log | undefined): void {
  process.exitCode = 1;
  log?.fatal({ err: error }, 'the command failed');
  if (isTellerlineError(error)) console.error(error.message);
  else console.error(error);
}

function warn(log: Log, sentence: string): void {
  log.warn(sentence);
  if (process.stderr.isTTY) console.error(sentence);
}

function say(text: string): void {
  console.log(text);
}

function readNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It must be a port.');
  return Number(text);
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}
