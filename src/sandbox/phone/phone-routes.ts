import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { localeOf } from '../words.ts';
import { drawPhonePage } from './phone-page.ts';

const assets: Readonly<Record<string, { readonly file: URL; readonly type: string }>> = {
  'phone-page.css': { file: new URL('./phone-page.css', import.meta.url), type: 'text/css; charset=utf-8' },
  'phone-page.js': {
    file: new URL('./phone-page.browser.js', import.meta.url),
    type: 'text/javascript; charset=utf-8',
  },
};

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The page with the telephone, and its style sheet and script. What it shows and does goes over `/phone/api`. */
export async function phonePageRoutes(scope: FastifyInstance): Promise<void> {
  scope.addHook('onRequest', async (_request, reply) => {
    reply
      .header('content-security-policy', contentPolicy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'same-origin');
  });
  for (const [name, { file, type }] of Object.entries(assets)) {
    const text = await readFile(file, 'utf8');
    scope.get(`/assets/${name}`, async (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(text),
    );
  }
  scope.get<{ Querystring: { readonly platform?: string; readonly lang?: string } }>(
    '/phone',
    async ({ query, headers }, reply) => {
      const platform = query.platform === 'whatsapp' ? 'whatsapp' : 'messenger';
      const locale = localeOf(query.lang, headers['accept-language']);
      return reply.type('text/html; charset=utf-8').send(drawPhonePage({ platform, locale }));
    },
  );
}
