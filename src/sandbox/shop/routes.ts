import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sandboxBanks } from '../banks.ts';
import { book } from '../bookings.ts';
import type { SandboxContext } from '../context.ts';
import { readCustomerId } from '../customers.ts';
import { formPages } from '../form-pages.ts';
import { refuseForeign } from '../same-origin.ts';
import { localeOf } from '../words.ts';
import { decimal, sumsOf } from './orders.ts';
import { drawShopPage } from './page.ts';
import { SCANS } from './carrier.ts';
import type { SandboxShop } from './shop.ts';

const contentPolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The page of the stand-in shop, and what its buttons do. */
export function shopRoutes(context: SandboxContext, shop: SandboxShop) {
  return async (scope: FastifyInstance): Promise<void> => {
    formPages(scope, context.log, { contentPolicy, formBytesMax: 4_096, failed: 'the shop’s page failed' });
    scope.get('/shop', async (request, reply) => {
      const query = new URLSearchParams(request.url.split('?')[1]);
      const locale = localeOf(query.get('lang') ?? undefined, request.headers['accept-language']);
      return reply.type('text/html; charset=utf-8').send(drawShopPage(shop.orders(), shop.tracked(), locale));
    });
    for (const [name, work] of Object.entries(works(context, shop)))
      scope.post(`/shop/${name}`, async (request, reply) => {
        refuseForeign(request, context);
        const form = formOf(request);
        await work(form);
        return reply.redirect(`/shop?lang=${form.get('lang') === 'es' ? 'es' : 'en'}`, 303);
      });
  };
}

const formOf = ({ body }: FastifyRequest): URLSearchParams =>
  body instanceof URLSearchParams ? body : new URLSearchParams();

function works(
  context: SandboxContext,
  shop: SandboxShop,
): Readonly<Record<string, (form: URLSearchParams) => Promise<unknown>>> {
  const acts: Readonly<Record<string, (order: number) => Promise<unknown>>> = {
    pay: (order) => shop.pay(order),
    ship: (order) => shop.ship(order, 1),
    'ship-two': (order) => shop.ship(order, 2),
    'refund-part': (order) => shop.refund(order, 500),
    refund: (order) => shop.refund(order),
    cancel: (order) => shop.cancel(order),
    again: (order) => shop.again(order),
  };
  return {
    order: (form) => orderAndPay(context, shop, form),
    act: async (form) => acts[form.get('act') ?? '']?.(Number(form.get('order'))),
    scan: async (form) => {
      const name = SCANS.find((one) => one === form.get('scan'));
      if (name) await shop.scan(form.get('tracking') ?? '', name);
    },
  };
}

/** Orders what is ticked, the first two where nothing is; a card that was named pays at once, as cards do online. */
async function orderAndPay(context: SandboxContext, shop: SandboxShop, form: URLSearchParams): Promise<void> {
  const ticked = form.getAll('goods').map(Number);
  const bank = sandboxBanks.find(({ id }) => id === form.get('bank'));
  const payer = bank && { bank, customerId: readCustomerId(form.get('customer') ?? '') };
  const order = await shop.order({ code: form.get('code') ?? '', ...(ticked.length > 0 && { goods: ticked }) });
  if (!payer) return;
  const amount = decimal(sumsOf(order).totalCents);
  // Merchant category of book shops.
  const merchant = { name: 'Northwind Books', category: '5942' };
  await book(context, payer.bank, payer.customerId, 'card', [{ amount, merchant, online: true }]);
  await shop.pay(order.id);
}
