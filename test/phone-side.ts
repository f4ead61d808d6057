import assert from 'node:assert/strict';
import type { TestHub } from './hub.ts';

/** What a telephone at the sandbox's platforms shows. */
export interface Phone {
  readonly person: { readonly key: string };
  readonly thread: readonly {
    readonly id: string;
    readonly from: string;
    readonly text?: string;
    readonly template?: string;
    readonly tag?: string;
    readonly buttons?: readonly PhoneButton[];
    readonly quickReplies?: readonly PhoneButton[];
    readonly cards?: readonly { readonly buttons: readonly PhoneButton[] }[];
  }[];
  readonly seen: readonly { readonly body: unknown }[];
}

/** `n`: by which it is pressed. */
interface PhoneButton {
  readonly n: number;
  readonly title: string;
}

/** Does something with a telephone, or looks at it. */
export async function phone(
  hub: Pick<TestHub, 'sandboxUrl'>,
  method: 'GET' | 'POST',
  what: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<Phone> {
  const url = new URL(`/phone/api/${what}`, hub.sandboxUrl);
  if (method === 'GET') for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, String(value));
  const headers = { 'content-type': 'application/json', origin: url.origin };
  const response = await fetch(url, { method, headers, ...(method === 'POST' && { body: JSON.stringify(fields) }) });
  const answer = (await response.json()) as Phone & { readonly state?: Phone };
  assert.equal(response.ok, true, JSON.stringify(answer));
  return answer.state ?? answer;
}
