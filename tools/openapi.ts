/** `node tools/openapi.ts` prints the hub's contract; with `--write` it is written to docs/openapi.json. */
import { writeFileSync } from 'node:fs';
import { testHub } from '../test/hub.ts';

const hub = await testHub();
try {
  const contract = await (await fetch(`${hub.url}/docs/openapi.json`)).json();
  const text = `${JSON.stringify(contract, null, 2)}\n`;
  if (process.argv.includes('--write')) writeFileSync(new URL('../docs/openapi.json', import.meta.url), text);
  else process.stdout.write(text);
} finally {
  await hub.close();
}
