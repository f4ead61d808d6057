import assert from 'node:assert/strict';
import type { Problem } from '#contract';
import type { TestHub } from './hub.ts';
import type { Answered } from './visitor.ts';

/** A browser of a bank's staff without a screen: keeps cookies for the hub and for identity providers. */
export class StaffVisitor {
  readonly #hub: Pick<TestHub, 'staffUrl'>;
  readonly #cookies = new Map<string, string>();

  constructor(hub: Pick<TestHub, 'staffUrl'>) {
    this.#hub = hub;
  }

  /** Signs in as one of the sandbox's staff. */
  static async signIn(hub: Pick<TestHub, 'staffUrl'>, bank: string, name: string): Promise<StaffVisitor> {
    const visitor = new StaffVisitor(hub);
    const { status, page } = await visitor.comeBack(await visitor.signInAtBank(bank, name));
    assert.equal(status, 200, page);
    return visitor;
  }

  /** What is sent with every call; for a test that opens a web socket. */
  cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Puts the cookies of another browser into this one. */
  takeCookies(other: StaffVisitor): void {
    for (const [name, value] of other.#cookies) this.#cookies.set(name, value);
  }

  /** Goes to the bank's identity provider; answers its page. */
  async toBank(bank: string, acceptLanguage = 'en'): Promise<{ page: string; at: URL }> {
    const started = await this.#fetch(new URL(`/desk/sign-in?bank=${bank}`, this.#hub.staffUrl), {
      headers: { 'accept-language': acceptLanguage },
    });
    assert.equal(started.status, 303, await started.text());
    return this.#follow(new URL(started.headers.get('location') ?? ''));
  }

  /** Signs in at the identity provider; answers the address by which it sends the browser back. */
  async signInAtBank(bank: string, name: string, password = 'sandbox'): Promise<URL> {
    const { page, at } = await this.toBank(bank);
    const action = /action="([^"]+\/login)"/.exec(page)?.[1];
    assert.ok(action, page);
    const { at: end } = await this.#follow(new URL(action, at), new URLSearchParams({ username: name, password }));
    return end;
  }

  /** Opens the address of the return. */
  async comeBack(address: URL, acceptLanguage = 'en'): Promise<{ status: number; page: string; code: string }> {
    const response = await this.#fetch(address, { headers: { 'accept-language': acceptLanguage } });
    const page = await response.text();
    return { status: response.status, page, code: /<code>([^<]*)<\/code>/.exec(page)?.[1] ?? '' };
  }

  /** Calls the desk as its page does. */
  async call<Body = Problem>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered<Body>> {
    const response = await this.#fetch(new URL(path, this.#hub.staffUrl), {
      method,
      headers: {
        ...(method !== 'GET' && { origin: this.#hub.staffUrl }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : null) as Body };
  }

  /** Follows redirects until one leads to the hub, or a page comes. */
  async #follow(address: URL, form?: URLSearchParams): Promise<{ page: string; at: URL }> {
    let at = address;
    let body = form;
    for (let hops = 0; hops < 12; hops += 1) {
      if (at.origin === this.#hub.staffUrl) return { page: '', at };
      const response = await this.#fetch(at, { method: body ? 'POST' : 'GET', ...(body && { body }) });
      const location = response.headers.get('location');
      if (location === null) return { page: await response.text(), at };
      at = new URL(location, at);
      body = undefined;
    }
    throw new Error('too many redirects');
  }

  async #fetch(address: URL, init: RequestInit): Promise<Response> {
    const cookie = this.cookies();
    const response = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}
