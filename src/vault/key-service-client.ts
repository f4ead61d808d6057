import { Agent, request } from 'node:https';
import type { RootHolder, RootOwner } from './key-provider.ts';
import { rootGone } from './key-provider.ts';
import type { Releases } from './key-service.ts';
import { TellerlineError } from '#base';

/** How a hub reaches a bank's key service. */
export interface KeyServiceAccess {
  /** Origin, such as https://keys.bank.example:8443. */
  readonly url: string;
  /** PEM: our certificate and key there, and the authority that vouches for the service. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };
}

/** A read waits for this long at most, with its row locked; then it is told to come again. */
const callMsMax = 3000;
/** An answer holds one root. */
const answerBytesMax = 1024;
const rootBytes = 32;

/** The roots of a bank that holds its own keys, at its key service (docs/key-service.md). */
export function keyServiceClient({ url, tls }: KeyServiceAccess): RootHolder {
  const agent = new Agent({ ...tls, minVersion: 'TLSv1.3', rejectUnauthorized: true, maxSockets: 8 });
  const ask = async (method: string, path: string, owner: RootOwner, generation: number): Promise<Answer> => {
    const answer = await call(agent, method, new URL(path, url)).catch((error: unknown) => {
      throw unavailable(owner, 'no answer', error);
    });
    if (answer.status === 200) return answer;
    if (answer.code === 'root_gone') throw rootGone(owner, generation);
    if (answer.code === 'key_withdrawn') {
      throw new TellerlineError('key_withdrawn', 503, 'This bank has withdrawn its key. Nothing of it can be read.', {
        owner,
      });
    }
    throw unavailable(owner, `status ${answer.status}`);
  };
  return {
    createRoot: async (owner, generation) => {
      await ask('PUT', `/v1/roots/${generation}`, owner, generation);
    },
    leaseRoot: async (owner, generation) => {
      const { root = '' } = await ask('POST', `/v1/roots/${generation}/release`, owner, generation);
      const secret = Buffer.from(root, 'base64');
      if (secret.length !== rootBytes) throw unavailable(owner, 'no root in the answer');
      return secret;
    },
    destroyRootsBefore: async (owner, generation) => {
      await ask('DELETE', `/v1/roots/${generation}`, owner, generation);
    },
  };
}

/** Counts of 400 days, with a generation or two each. */
const releasesBytesMax = 64 * 1024;

/** What a bank's key service has counted. @throws TellerlineError `key_service_unavailable` */
export async function releasesAt({ url, tls }: KeyServiceAccess, owner: RootOwner): Promise<Releases> {
  const agent = new Agent({ ...tls, minVersion: 'TLSv1.3', rejectUnauthorized: true });
  const answer = await fetchBody(agent, 'GET', new URL('/v1/releases', url), releasesBytesMax).catch(
    (error: unknown) => {
      throw unavailable(owner, 'no answer', error);
    },
  );
  agent.destroy();
  if (answer.status !== 200) throw unavailable(owner, `status ${answer.status}`);
  return (JSON.parse(answer.body.toString()) as { releases: Releases }).releases;
}

interface Answer {
  readonly status: number;
  readonly code?: string | undefined;
  readonly root?: string | undefined;
}

async function call(agent: Agent, method: string, address: URL): Promise<Answer> {
  const { status, body } = await fetchBody(agent, method, address, answerBytesMax);
  return readAnswer(status, body);
}

function fetchBody(
  agent: Agent,
  method: string,
  address: URL,
  bytesMax: number,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asking = request(address, { method, agent, signal: AbortSignal.timeout(callMsMax) }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('error', reject);
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        parts.push(part);
        if (bytes > bytesMax) asking.destroy(new Error('the answer is too large'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
    });
    asking.on('error', reject).end();
  });
}

function readAnswer(status: number, body: Buffer): Answer {
  const fields = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { status, code: text(fields['code']), root: text(fields['root']) };
}

function unavailable(owner: RootOwner, reason: string, cause?: unknown): TellerlineError {
  return new TellerlineError(
    'key_service_unavailable',
    503,
    'The key service of this bank cannot be reached. Try again in a moment.',
    { owner, reason },
    { cause },
  );
}
