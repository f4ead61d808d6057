import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What a dialogue is opened with, as far as it is read here. */
export interface Options {
  readonly challenge: string;
  readonly user?: { readonly id: string };
}

/** How an answer differs from an honest one. */
export interface Dishonesty {
  readonly origin?: string;
  readonly host?: string;
  readonly challenge?: string;
  readonly counter?: number;
  readonly unverified?: boolean;
  readonly owner?: string;
}

/** An authenticator in software, which can lie where a real one cannot. ES256, no attestation. */
export class SoftwarePasskey {
  readonly id = randomBytes(32);
  readonly #privateKey: KeyObject;
  readonly #x: Buffer;
  readonly #y: Buffer;
  readonly #origin: string;
  counter = 0;
  owner: string | undefined;

  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#privateKey = privateKey;
    this.#x = Buffer.from(x, 'base64url');
    this.#y = Buffer.from(y, 'base64url');
    this.#origin = origin;
  }

  /** Answers `navigator.credentials.create`. */
  create(options: Options, lie: Dishonesty = {}) {
    this.owner = options.user?.id;
    const cose = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(this.#x)],
        [-3, new Uint8Array(this.#y)],
      ]),
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, Buffer.from(cose)]);
    const authData = Buffer.concat([this.#head(lie, 0x40), attested]);
    const attestation = isoCBOR.encode(
      new Map<string, string | Uint8Array | Map<string, string>>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, string>()],
        ['authData', new Uint8Array(authData)],
      ]),
    );
    return {
      ...this.#named(),
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options, lie).toString('base64url'),
        attestationObject: Buffer.from(attestation).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** Answers `navigator.credentials.get`. */
  get(options: Options, lie: Dishonesty = {}) {
    this.counter += 1;
    const authenticatorData = this.#head(lie, 0);
    const clientData = this.#clientData('webauthn.get', options, lie);
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]);
    const owner = lie.owner ?? this.owner;
    return {
      ...this.#named(),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: sign('sha256', signed, this.#privateKey).toString('base64url'),
        ...(owner !== undefined && { userHandle: owner }),
      },
    };
  }

  #named() {
    const id = this.id.toString('base64url');
    return { id, rawId: id, type: 'public-key' };
  }

  #clientData(type: string, { challenge }: Options, lie: Dishonesty): Buffer {
    return Buffer.from(
      JSON.stringify({ type, challenge: lie.challenge ?? challenge, origin: lie.origin ?? this.#origin }),
    );
  }

  #head(lie: Dishonesty, flags: number): Buffer {
    const host = lie.host ?? new URL(this.#origin).hostname;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lie.counter ?? this.counter);
    const verified = lie.unverified ? 0x01 : 0x05;
    return Buffer.concat([createHash('sha256').update(host).digest(), Buffer.from([flags | verified]), counter]);
  }
}
