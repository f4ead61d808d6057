import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Card, CaseCard, Disclosure, Entry, Me, Message, Page, Problem, Purpose } from '#contract';
import type { TestHub } from './hub.ts';
import { until } from './until.ts';

/** An answer of the hub's API. */
export interface Answered<Body = unknown> {
  readonly status: number;
  readonly body: Body;
}

/** A browser without a screen: keeps cookies for hub and banks, follows redirects by hand. */
export class Visitor {
  readonly #hub: Pick<TestHub, 'url'>;
  readonly #cookies = new Map<string, string>();

  constructor(hub: Pick<TestHub, 'url'>) {
    this.#hub = hub;
  }

  /** Opens a session. */
  static async arrive(hub: Pick<TestHub, 'url'>, locale: 'en' | 'es' = 'en'): Promise<Visitor> {
    const visitor = new Visitor(hub);
    const { status } = await visitor.call('POST', '/api/session', { locale, timeZone: 'America/New_York' });
    assert.equal(status, 200);
    return visitor;
  }

  /** Somebody new who has linked a bank, as one of its customers. */
  static async linked(
    hub: Pick<TestHub, 'url'>,
    [bank, customer]: readonly [bank: string, customer: string],
    locale: 'en' | 'es' = 'en',
    purposes?: readonly Purpose[],
  ): Promise<Visitor> {
    const visitor = await Visitor.arrive(hub, locale);
    await visitor.link(bank, customer, purposes);
    return visitor;
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  /** Calls the hub's API as the messenger's page does. */
  async call<Body = Problem>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered<Body>> {
    const response = await this.#fetch(new URL(path, this.#hub.url), {
      method,
      headers: { origin: this.#hub.url, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : null) as Body };
  }

  /** Opens a page; answers where it ends, or the first redirect to the hub when `stopAtHub`. */
  async open(
    address: URL | string,
    form?: URLSearchParams,
    stopAtHub = false,
  ): Promise<{ status: number; page: string; at: URL }> {
    let at = new URL(address, this.#hub.url);
    let body = form;
    for (let hops = 0; hops < 12; hops += 1) {
      const response = await this.#fetch(at, { method: body ? 'POST' : 'GET', ...(body && { body }) });
      const page = await response.text();
      const location = response.headers.get('location');
      if (location === null) return { status: response.status, page, at };
      at = new URL(location, at);
      body = undefined;
      if (stopAtHub && at.origin === this.#hub.url) return { status: response.status, page, at };
    }
    throw new Error('redirected in circles');
  }

  async #fetch(at: URL, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), cookie },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
    return response;
  }

  /** Begins a link and signs its disclosure; answers where the bank's login is. */
  async sign(
    bank: string,
    purposes: readonly Purpose[] = ['balances', 'transactions'],
    durationDays = 365,
  ): Promise<{ continueTo: URL; address: string }> {
    const begun = await this.call<{ address: string }>('POST', '/api/links', { bank });
    assert.equal(begun.status, 200, JSON.stringify(begun.body));
    const attempt = begun.body.address.replace('/link/', '');
    const disclosure = await this.call<Disclosure>('GET', `/api/linking/${attempt}`);
    assert.equal(disclosure.status, 200, JSON.stringify(disclosure.body));
    const signed = await this.call<{ continueTo: string }>('POST', `/api/linking/${attempt}/sign`, {
      hash: disclosure.body.hash,
      purposes,
      durationDays,
      signature: 'A. Customer',
    });
    assert.equal(signed.status, 200, JSON.stringify(signed.body));
    return { continueTo: new URL(signed.body.continueTo), address: begun.body.address };
  }

  /** Signs in at the bank and decides; answers the address of the hub that the bank sends the browser back to. */
  async atTheBank(
    continueTo: URL,
    customer: string,
    decision: 'allow' | 'cancel' = 'allow',
    choose: (label: string) => boolean = () => true,
  ): Promise<URL> {
    const login = await this.open(continueTo);
    const consent = await this.open(
      actionIn(login, 'login'),
      new URLSearchParams({ username: customer, password: 'sandbox' }),
    );
    const ticked = [...consent.page.matchAll(/name="account" value="([^"]+)"[^]*?<span class="strong">([^<]+)/g)]
      .filter(([, , label]) => choose(label ?? ''))
      .map(([, id]) => ['account', id ?? '']);
    const end = await this.open(
      actionIn(consent, decision === 'allow' ? 'consent' : 'cancel'),
      new URLSearchParams(decision === 'allow' ? ticked : []),
      true,
    );
    assert.equal(end.at.origin, this.#hub.url, 'the bank sends the browser back');
    return end.at;
  }

  /** Links a bank, from the first button to the balances, and waits until its history is read. */
  async link(
    bank: string,
    customer: string,
    purposes?: readonly Purpose[],
    choose?: (label: string) => boolean,
    durationDays?: number,
  ): Promise<void> {
    const { continueTo } = await this.sign(bank, purposes, durationDays);
    const returned = await this.atTheBank(continueTo, customer, 'allow', choose);
    const end = await this.open(returned);
    assert.equal(end.status, 200, end.page.slice(0, 600));
    await until(`the history of ${bank} to be read`, async () => {
      if (!(await this.me()).links.some((link) => link.bank === bank && link.historyRead)) return false;
      const card = cardsOf(await this.conversation(), 'consent').findLast((one) => one.bank === bank);
      return card?.reading?.done ?? true;
    });
  }

  async me(): Promise<Me> {
    const { body } = await this.call<Me>('GET', '/api/me');
    return body;
  }

  /** The whole conversation as a reader sees it: newest revision of each message, in order, removed ones gone. */
  async conversation(): Promise<Message[]> {
    return readMessages(await this.entries());
  }

  /** All entries, page by page. */
  async entries(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (;;) {
      const { body, status } = await this.call<Page>('GET', `/api/entries?after=${entries.length}&limit=200`);
      assert.equal(status, 200, JSON.stringify(body));
      entries.push(...body.entries);
      if (body.entries.length === 0 || entries.length >= body.lastSeq) return entries;
    }
  }

  /** Says something and waits for what is answered. */
  async ask(text: string): Promise<Message[]> {
    const clientId = randomUUID();
    const said = await this.call<{ seq: number }>('POST', '/api/messages', { clientId, text });
    assert.equal(said.status, 202, JSON.stringify(said.body));
    return until(`an answer to "${text}"`, async () => {
      const entries = await this.entries();
      // A card that is edited meanwhile, as by a bank's confirmation, is no answer.
      const after = readMessages(entries.filter((entry) => entry.seq > said.body.seq && entry.entry !== 'edit'));
      return after.some((message) => message.author !== 'customer') ? after : undefined;
    });
  }

  /** Presses the button of an act under the newest message that has it. */
  async press(act: string, label?: string): Promise<Answered> {
    // What was asked last may be answered after something that came by itself.
    const action = await until(`a button ${act}`, async () => {
      const messages = await this.conversation();
      const actions = messages.toReversed().flatMap((message) => message.actions ?? []);
      return actions.find((one) => one.act === act && (label === undefined || one.label.includes(label)));
    });
    return this.call('POST', '/api/acts', { token: action.token });
  }
}

/** What a reader sees after these entries. */
export function readMessages(entries: readonly Entry[]): Message[] {
  const messages = new Map<string, Message>();
  const removed = new Set<string>();
  for (const entry of entries) {
    if (entry.entry === 'removal') removed.add(entry.messageId);
    else if ((messages.get(entry.message.id)?.revision ?? 0) < entry.message.revision)
      messages.set(entry.message.id, entry.message);
  }
  return [...messages.values()].filter((message) => !removed.has(message.id));
}

/** The cards of one kind among messages, in order. */
export function cardsOf<Kind extends Card['card']>(
  messages: readonly Message[],
  kind: Kind,
): Extract<Card, { card: Kind }>[] {
  return messages.flatMap(({ content }) =>
    content.kind === 'card' && content.card.card === kind ? [content.card as Extract<Card, { card: Kind }>] : [],
  );
}

/** The disputes among messages. */
export const disputesOf = (messages: readonly Message[]): CaseCard[] =>
  cardsOf(messages, 'case').filter((card) => card.kind === 'dispute');

/** The address that a form of a bank's page posts to. */
function actionIn({ page, at }: { readonly page: string; readonly at: URL }, ending: string): URL {
  const action = [...page.matchAll(/<form[^>]*action="([^"]+)"/g)]
    .map(([, href]) => href ?? '')
    .find((href) => href.endsWith(ending));
  assert.ok(action, `the bank's page has a form that ends in ${ending}: ${page.slice(0, 400)}`);
  return new URL(action.replaceAll('&amp;', '&'), at);
}
