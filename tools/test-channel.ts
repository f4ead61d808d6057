/** `npm run test:channel -- NAME`: the conformance suite on one messenger; on all of them without a name. */
import { channels } from '../test/channel/channels.ts';
import { runTests } from './run-tests.ts';

const [name, ...more] = process.argv.slice(2);
const names = Object.keys(channels);
if (more.length > 0 || (name !== undefined && !names.includes(name))) {
  console.error(`npm run test:channel -- ${names.join('|')}`);
  process.exit(2);
}

const env: Record<string, string> = name === undefined ? {} : { TEST_CHANNEL: name };
const { code } = await runTests(['test/channel/conformance.test.ts'], 'inherit', env);
process.exitCode = code;
