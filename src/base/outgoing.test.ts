import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { isTellerlineError } from './errors.ts';
import { outgoing } from './outgoing.ts';

let reached = 0;
const server = createServer((request, response) => {
  reached += 1;
  if (request.url === '/away') response.writeHead(302, { location: '/' });
  response.end('here');
});
let port = 0;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
after(() => server.close());

/** Ways of writing an address that somebody else sets, all of them leading to this machine or nowhere good. */
function elsewhere(): string[] {
  const names = [
    'localhost',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.0.1',
    '127.0.0.1.',
    'LOCALHOST',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '0.0.0.0',
    '[::]',

    '169.254.169.254',
    '10.0.0.1',
    '192.168.0.1',
    '172.16.0.1',
    '[fe80::1]',
    '[fd00::1]',
    'metadata.google.internal',
    'bank.example@127.0.0.1',
    'bank.example:x@localhost',
    'bank.example.evil.test',
    'xn--bnk-5cd.example',
  ];
  const forms = (name: string): string[] => [
    `http://${name}:${port}/`,
    `http://${name}:${port}/https://bank.example/`,
    `http://${name}:${port}/?https://bank.example`,
    `http://${name}:${port}/#https://bank.example`,
    `https://${name}:${port}/`,
    `http://${name}/`,
    `ftp://${name}:${port}/`,
    `http://${name}:${port}\\@bank.example/`,
  ];
  return names.flatMap(forms);
}

test('an address that is not of an allowed origin is never called, however it is written', async (context) => {
  const call = outgoing('bank', ['https://bank.example']);
  const addresses = elsewhere().filter((address) => URL.canParse(address));
  for (const address of addresses)
    await assert.rejects(call(address, {}), (error) => isTellerlineError(error, 'address_not_allowed'), address);
  assert.equal(reached, 0);
  assert.ok(addresses.length >= 180, String(addresses.length));
  context.diagnostic(`${addresses.length} addresses, ${reached} reached`);
});

test('an allowed origin is called, without a name and password in the address, and a redirect is not followed', async () => {
  const origin = `http://127.0.0.1:${port}`;
  const call = outgoing('bank', () => [origin]);
  assert.equal(await (await call(`${origin}/`, {})).text(), 'here');
  const moved = await call(`${origin}/away`, { redirect: 'follow' });
  assert.deepEqual([moved.status, reached], [302, 2]);
  await assert.rejects(call(`http://user:word@127.0.0.1:${port}/`, {}), (error) =>
    isTellerlineError(error, 'address_not_allowed'),
  );
});
