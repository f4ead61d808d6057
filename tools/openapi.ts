/** `node tools/openapi.ts` prints the hub's contracts; with `--write` they are written to docs/openapi.json and docs/desk-openapi.json. */
import { writeFileSync } from 'node:fs';
import { testHub } from '../test/hub.ts';

const hub = await testHub();
try {
  for (const [file, address] of [
    ['openapi.json', `${hub.url}/docs/openapi.json`],
    ['desk-openapi.json', `${hub.staffUrl}/desk/openapi.json`],
  ] as const) {
    const text = `${JSON.stringify(await (await fetch(address)).json(), null, 2)}\n`;
    if (process.argv.includes('--write')) writeFileSync(new URL(`../docs/${file}`, import.meta.url), text);
    else process.stdout.write(text);
  }
} finally {
  await hub.close();
}
