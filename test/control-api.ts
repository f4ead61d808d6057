import assert from 'node:assert/strict';

/** Calls the sandbox's control API: what a person makes happen at a bank, a shop or a carrier. */
export async function callControl<Answer>(
  { sandboxUrl }: { readonly sandboxUrl: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(new URL(`/control/${path}`, sandboxUrl), {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as Answer;
}
