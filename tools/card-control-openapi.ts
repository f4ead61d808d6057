/**
 * `node tools/card-control-openapi.ts` prints the card-control profile as OpenAPI 3.1, from the schemas that both
 * sides are read by; with `--write` it is written to docs/card-control-openapi.json.
 */
import { writeFileSync } from 'node:fs';
import { cardControlOpenApi } from './card-control-contract.ts';

const text = `${JSON.stringify(cardControlOpenApi(), null, 2)}\n`;
if (process.argv.includes('--write'))
  writeFileSync(new URL('../docs/card-control-openapi.json', import.meta.url), text);
else process.stdout.write(text);
