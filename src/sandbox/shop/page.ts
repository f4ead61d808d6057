import type { Locale } from '#contract';
import { html, page, type Html } from '../html.ts';
import { decimal, goods, sumsOf, type ShopOrder, type ShopParcel } from './orders.ts';
import { SCANS, type ScanName } from './shop.ts';

interface Words {
  readonly lead: string;
  readonly back: string;
  readonly other: string;
  readonly code: string;
  readonly codeNote: string;
  readonly order: string;
  readonly orders: string;
  readonly none: string;
  readonly noCode: string;
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
    order: 'Order',
    orders: 'Orders',
    none: 'Nothing has been ordered yet.',
    noCode: 'without a code',
    pay: 'Paid',
    ship: 'Send',
    shipTwo: 'Send in two parcels',
    refundPart: 'Give $5.00 back',
    refund: 'Give all back',
    cancel: 'Call off',
    again: 'Tell it once more',
    parcel: 'Parcel',
    scan: {
      'picked-up': 'Picked up',
      'on-its-way': 'On its way',
      'out-for-delivery': 'Out for delivery',
      delivered: 'Delivered',
      customs: 'Held by customs',
      'late-scan': 'An old scan, late',
    },
  },
  es: {
    lead: 'Una tienda de prueba. Envía pedidos con los webhooks de Shopify y su transportista envía lecturas con los de EasyPost. Escribe «conectar Northwind Books» en el chat; el chat te da entonces un código para esta página.',
    back: 'Bancos',
    other: 'English',
    code: 'Código del chat',
    codeNote: 'Sin él, el pedido no es de nadie aquí y no se guarda nada.',
    order: 'Pedir',
    orders: 'Pedidos',
    none: 'Todavía no se ha pedido nada.',
    noCode: 'sin código',
    pay: 'Pagado',
    ship: 'Enviar',
    shipTwo: 'Enviar en dos paquetes',
    refundPart: 'Devolver $5.00',
    refund: 'Devolver todo',
    cancel: 'Cancelar',
    again: 'Contarlo otra vez',
    parcel: 'Paquete',
    scan: {
      'picked-up': 'Recogido',
      'on-its-way': 'En camino',
      'out-for-delivery': 'En reparto',
      delivered: 'Entregado',
      customs: 'Retenido en aduana',
      'late-scan': 'Una lectura vieja, tarde',
    },
  },
};

/** The page of the stand-in shop: an order form, and a button for each thing that may happen to an order. */
export function drawShopPage(orders: readonly ShopOrder[], locale: Locale): string {
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
            <form method="post" action="/shop/order">
              <input type="hidden" name="lang" value="${locale}" />
              <ul>
                ${goods.map(({ title, cents }) => html`<li>${title}, $${decimal(cents)}</li>`)}
              </ul>
              <label class="field" for="code">${say.code}</label
              ><input
                class="input"
                id="code"
                name="code"
                autocomplete="off"
                spellcheck="false"
                aria-describedby="note"
              />
              <p class="quiet" id="note">${say.codeNote}</p>
              <button class="button">${say.order}</button>
            </form>
          </section>
        </div>
        <div class="column">
          <section class="card">
            <h2>${say.orders}</h2>
            ${orders.length === 0 ? html`<p class="quiet">${say.none}</p>` : orders.slice(0, 20).map((one) => drawOrder(one, locale))}
          </section>
        </div>
      </div>
    </main>`,
  });
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
  return html`<article class="tools" aria-label="#${order.number}">
    <h3>#${order.number} · $${decimal(sumsOf(order).totalCents)}</h3>
    <p class="quiet">${order.code === '' ? say.noCode : order.code}</p>
    <form method="post" action="/shop/act" class="inline">
      <input type="hidden" name="lang" value="${locale}" /><input type="hidden" name="order" value="${order.id}" />
      ${acts.map(([act, label]) => html`<button class="button" name="act" value="${act}">${label}</button> `)}
    </form>
    ${order.parcels.map((parcel) => drawParcel(parcel, locale))}
  </article>`;
}

function drawParcel({ trackingNumber }: ShopParcel, locale: Locale): Html {
  const say = words[locale];
  return html`<p><span class="strong">${say.parcel}</span> <code>${trackingNumber}</code></p>
    <form method="post" action="/shop/scan" class="inline">
      <input type="hidden" name="lang" value="${locale}" /><input
        type="hidden"
        name="tracking"
        value="${trackingNumber}"
      />

      ${SCANS.map((name) => html`<button class="button" name="scan" value="${name}">${say.scan[name]}</button> `)}
    </form>`;
}
