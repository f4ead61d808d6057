import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** What opens a connection to another machine, as it is written. */
const ways =
  /(?<![.\w])fetch\(|from 'node:(?:http2?|https|tls|dgram|net|dns)(?:\/promises)?'|from '(?:undici|axios|got)'|new WebSocket\(/;

/** The files that may, and what for. */
const allowed: Readonly<Record<string, string>> = {
  'src/base/outgoing.ts': 'the one way out',
  'src/base/hosts.ts': 'reads addresses, connects to none',
  'src/app/options.ts': 'reads addresses, connects to none',
  'src/customers/webauthn.ts': 'reads addresses, connects to none',
  'src/db/embedded.ts': 'asks the system for a free port',
  'src/delivery/channel.ts': 'types of headers that come in',
  'src/http/desk-socket.ts': 'types of requests that come in',
  'src/http/socket-route.ts': 'types of requests that come in',
  'src/vault/key-service.ts': 'the bank’s own key service: it listens',
  'src/vault/key-service-client.ts': 'a bank’s key service, over mutually authenticated TLS',
};

test('nothing but the one outgoing client opens a connection', () => {
  const files = globSync('src/**/*.ts').filter(
    (file) => !/\.(test|fixture)\.ts$/.test(file) && !/^src\/(web|sandbox)\//.test(file),
  );
  assert.ok(files.length > 150);
  const found = files.filter((file) => ways.test(readFileSync(file, 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '')));
  assert.deepEqual(
    found.filter((file) => !(file in allowed)),
    [],
  );
  // A name that is no longer needed here is taken out.
  assert.deepEqual(
    Object.keys(allowed).filter((file) => !found.includes(file)),
    [],
  );
});
