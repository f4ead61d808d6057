import type { Locale } from '#contract';
import { sandboxBanks } from '../banks.ts';
import { html, page, type Html } from '../html.ts';
import { decimal, goods, sumsOf, type ShopOrder, type ShopParcel } from './orders.ts';
import { saysSo, SCANS, type ScanName } from './carrier.ts';

interface Words {
  readonly lead: string;
  readonly back: string;
  readonly other: string;
  readonly code: string;
  readonly codeNote: string;
  readonly goods: string;
  readonly card: string;
  readonly noCard: string;
  readonly customer: string;
  readonly cardNote: string;
  readonly order: string;
  readonly orders: string;
  readonly none: string;
  readonly tracked: string;
  readonly noCode: string;
  readonly isPaid: string;
  readonly isCancelled: string;
  readonly given: (amount: string) => string;
  readonly announced: string;
  readonly pay: string;
  readonly ship: string;
  readonly shipTwo: string;
  readonly refundPart: string;
  readonly refund: string;
  readonly cancel: string;
  readonly again: string;
  readonly parcel: string;
  readonly scan: Readonly<Record<ScanName, string>>;
}

const words: Readonly<Record<Locale, Words>> = {
  en: {
    lead: 'A stand-in shop. It sends orders by Shopify’s webhooks, and its carrier sends scans by EasyPost’s. Write “connect Northwind Books” in the chat; the chat then gives you a code for this page.',
    back: 'Banks',
    other: 'Español',
    code: 'Code from the chat',
    codeNote: 'Without it the order is nobody’s here, and the hub keeps nothing of it.',
    goods: 'Goods',
    card: 'Pay with a card of',
    noCard: 'no card here',
    customer: 'Customer there',
    cardNote: 'The bank then tells of the purchase, and the chat puts it together with the receipt.',
    order: 'Order',
    orders: 'Orders',
    none: 'Nothing has been ordered yet.',
    tracked: 'Followed by their numbers',
    noCode: 'without a code',
    isPaid: 'paid',
    isCancelled: 'cancelled',
    given: (amount) => `${amount} refunded`,
    announced: 'Announced',
    pay: 'Say that it is paid',
    ship: 'Send in one parcel',
    shipTwo: 'Send in two parcels',
    refundPart: 'Refund $5.00',
    refund: 'Refund all',
    cancel: 'Cancel the order',
    again: 'Send the same news again',
    parcel: 'Parcel',
    scan: {
      'picked-up': 'Picked up',
      'on-its-way': 'On its way',
      'out-for-delivery': 'Out for delivery',
      delivered: 'Delivered',
      customs: 'Held by customs',
      'late-scan': 'An old scan, arriving late',
    },
  },
  es: {
    lead: 'Una tienda de prueba. Envía pedidos con los webhooks de Shopify y su transportista envía lecturas con los de EasyPost. Escribe «conectar Northwind Books» en el chat; el chat te da entonces un código para esta página.',
    back: 'Bancos',
    other: 'English',
    code: 'Código del chat',
    codeNote: 'Sin él, el pedido no es de nadie aquí y no se guarda nada.',
    goods: 'Artículos',
    card: 'Pagar con una tarjeta de',
    noCard: 'ninguna de aquí',
    customer: 'Cliente de ese banco',
    cardNote: 'El banco avisa entonces de la compra, y el chat la une con el recibo.',
    order: 'Pedir',
    orders: 'Pedidos',
    none: 'Todavía no se ha pedido nada.',
    tracked: 'Seguidos por su número',
    noCode: 'sin código',
    isPaid: 'pagado',
    isCancelled: 'cancelado',
    given: (amount) => `${amount} devueltos`,
    announced: 'Anunciado',
    pay: 'Decir que está pagado',
    ship: 'Enviar en un paquete',
    shipTwo: 'Enviar en dos paquetes',
    refundPart: 'Devolver $5.00',
    refund: 'Devolver todo',
    cancel: 'Cancelar el pedido',
    again: 'Repetir el mismo aviso',
    parcel: 'Paquete',
    scan: {
      'picked-up': 'Recogido',
      'on-its-way': 'En camino',
      'out-for-delivery': 'En reparto',
      delivered: 'Entregado',
      customs: 'Retenido en aduana',
      'late-scan': 'Lectura antigua, con retraso',
    },
  },
};

/** The page of the stand-in shop: an order form, and a button for each thing that may happen to an order. */
export function drawShopPage(orders: readonly ShopOrder[], tracked: readonly ShopParcel[], locale: Locale): string {
  const say = words[locale];
  const other = locale === 'en' ? 'es' : 'en';
  return page({
    locale,
    title: 'Northwind Books',
    assets: { sheet: 'trial-page.css' },
    body: html`<main class="page wide">
      <div class="top">
        <h1>Northwind Books</h1>
        <nav aria-label="Northwind Books">
          <a href="/shop?lang=${other}" lang="${other}">${say.other}</a><a href="/?lang=${locale}">${say.back}</a>
        </nav>
      </div>
      <p class="lead">${say.lead}</p>
      <div class="columns">
        <div class="column">
          <section class="card tools">
            <h2>${say.order}</h2>
            ${orderForm(orders[0]?.code ?? '', locale)}
          </section>
        </div>
        <div class="column">
          <section class="card">
            <h2>${say.orders}</h2>
            ${orders.length === 0 ? html`<p class="quiet">${say.none}</p>` : orders.slice(0, 20).map((one) => drawOrder(one, locale))}
          </section>
          ${
            tracked.length > 0 &&
            html`<section class="card">
              <h2>${say.tracked}</h2>
              ${tracked.slice(0, 20).map((one) => drawParcel(one, locale))}
            </section>`
          }
        </div>
      </div>
    </main>`,
  });
}

/** `code` is the one that was given last, so that one's second order needs no typing. */
function orderForm(code: string, locale: Locale): Html {
  const say = words[locale];
  return html`<form method="post" action="/shop/order">
    <input type="hidden" name="lang" value="${locale}" />
    <fieldset>
      <legend class="hidden">${say.goods}</legend>
      ${goods.map(({ title, cents }, index) => html`<label class="tick"><input type="checkbox" name="goods" value="${index}" ${index < 2 && html` checked`} /><span>${title}</span><span class="price num">$${decimal(cents)}</span></label>`)}
    </fieldset>
    <label class="field" for="code">${say.code}</label
    ><input
      class="input"
      id="code"
      name="code"
      value="${code}"
      autocomplete="off"
      spellcheck="false"
      aria-describedby="code-note"
    />
    <p class="small quiet" id="code-note">${say.codeNote}</p>
    <div class="pair words">
      <div>
        <label class="field" for="bank">${say.card}</label
        ><select class="select" id="bank" name="bank" aria-describedby="card-note">
          ${sandboxBanks.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
          <option value="">${say.noCard}</option>
        </select>
      </div>
      <div>
        <label class="field" for="customer">${say.customer}</label
        ><input class="input" id="customer" name="customer" value="customer-1" autocomplete="off" spellcheck="false" />
      </div>
    </div>
    <p class="small quiet" id="card-note">${say.cardNote}</p>
    <button class="button main">${say.order}</button>
  </form>`;
}

/** How an order stands, in words. */
function standing({ code, isPaid, cancelledAt, refunds }: ShopOrder, locale: Locale): string {
  const say = words[locale];
  const given = refunds.reduce((sum, one) => sum + one.cents, 0);
  return [
    code === '' ? say.noCode : code,
    ...(isPaid ? [say.isPaid] : []),
    ...(given > 0 ? [say.given(`$${decimal(given)}`)] : []),
    ...(cancelledAt ? [say.isCancelled] : []),
  ].join(' · ');
}

function drawOrder(order: ShopOrder, locale: Locale): Html {
  const say = words[locale];
  const acts: readonly (readonly [string, string])[] = [
    ['pay', say.pay],
    ['ship', say.ship],
    ['ship-two', say.shipTwo],
    ['refund-part', say.refundPart],
    ['refund', say.refund],
    ['cancel', say.cancel],
    ['again', say.again],
  ];
  return html`<article class="item" aria-label="#${order.number}">
    <div class="head">
      <h3 class="num">#${order.number} · $${decimal(sumsOf(order).totalCents)}</h3>
      <span class="small quiet">${standing(order, locale)}</span>
    </div>
    <form method="post" action="/shop/act" class="inline">
      <input type="hidden" name="lang" value="${locale}" /><input type="hidden" name="order" value="${order.id}" />
      ${acts.map(([act, label]) => html`<button class="button" name="act" value="${act}">${label}</button> `)}
    </form>
    ${order.parcels.map((parcel) => drawParcel(parcel, locale))}
  </article>`;
}

function drawParcel({ trackingNumber, scans }: ShopParcel, locale: Locale): Html {
  const say = words[locale];
  const last = SCANS.find((name) => saysSo(name, scans.at(-1)));
  return html`<div class="parcel">
    <div class="head">
      <span><span class="strong">${say.parcel}</span> <code class="wrap">${trackingNumber}</code></span>
      <span class="small quiet">${last ? say.scan[last] : say.announced}</span>
    </div>
    <form method="post" action="/shop/scan" class="inline">
      <input type="hidden" name="lang" value="${locale}" /><input
        type="hidden"
        name="tracking"
        value="${trackingNumber}"
      />
      ${SCANS.map((name) => html`<button class="button" name="scan" value="${name}">${say.scan[name]}</button> `)}
    </form>
  </div>`;
}
