import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import type { TestHub } from './hub.ts';

type Hub = Pick<TestHub, 'staffUrl' | 'parts'>;

/** Signs the operator in and answers the header that their calls carry. */
export async function operatorOf({ staffUrl, parts }: Hub): Promise<{ readonly cookie: string }> {
  const answer = await fetch(`${staffUrl}/api/console/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: staffUrl },
    body: JSON.stringify({ secret: parts.operator.invite() }),
  });
  assert.equal(answer.status, 204, await answer.clone().text());
  return { cookie: answer.headers.getSetCookie().join().split(';')[0] ?? '' };
}

/** The same for a browser, whose pages are the operator's from then on. */
export async function letOperatorIn(context: BrowserContext, hub: Hub): Promise<void> {
  const [name = '', value = ''] = (await operatorOf(hub)).cookie.split('=');
  await context.addCookies([{ name, value, url: hub.staffUrl, httpOnly: true, sameSite: 'Strict' }]);
}
