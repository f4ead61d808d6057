/**
 * A sequencer in a process of its own, which kills itself with SIGKILL at one step of a round:
 * `node sequencer-process.fixture.ts <database address> <key folder> <step> <before|after>`; `none` for a step
 * lets it run until it is killed from outside.
 */
import { createLog } from '#base';
import { openDatabase } from '#db';
import { fileMemory } from './checkpoint-memory.ts';
import { readLogKey } from './log-key.ts';
import { createSequencer } from './sequencer.ts';
import { postgresStorage, type LogStorage, type Round } from './storage.ts';

const [url = '', folder = '', step = 'none', when = 'before'] = process.argv.slice(2);

/** Nothing comes after: the kernel ends the process, and until it has, nothing goes on. */
function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise<never>(() => undefined);
}

const wrap = (round: Round): Round =>
  !(step in round)
    ? round
    : {
        ...round,
        [step]: async (...given: never[]) => {
          if (when === 'before') await die();
          await (round[step as keyof Round] as (...all: never[]) => Promise<unknown>)(...given);
          return die();
        },
      };

const log = createLog('silent');
const storage = postgresStorage(openDatabase(url, { log, connectionsMax: 2 }));
const dying: LogStorage = {
  ...storage,
  round: async (work) => {
    const result = await storage.round(async (round) => {
      const done = await work(wrap(round));
      if (step === 'commit' && when === 'before') await die();
      return done;
    });
    if (step === 'commit') await die();
    return result;
  },
};
const memory = fileMemory(folder);
const signer = readLogKey(folder, 'log.example/log', { bytes: (count) => Buffer.alloc(count, 7) });
const sequencer = createSequencer({
  storage: dying,
  signer,
  log,
  memory: {
    read: memory.read,
    write: async (note) => {
      if (step === 'memory' && when === 'before') process.kill(process.pid, 'SIGKILL');
      else await memory.write(note);
      if (step === 'memory') process.kill(process.pid, 'SIGKILL');
    },
  },
});
await sequencer.start();
