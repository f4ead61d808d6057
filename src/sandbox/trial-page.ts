import type { Locale } from '#contract';
import { drawCardsStanding, drawCardTools, type CardsView } from './cards/trial-cards.ts';
import type { KeptDispute } from './cards/disputes.ts';
import { drawDisputes } from './cards/trial-disputes.ts';
import { sandboxBanks, type SandboxBank } from './banks.ts';
import type { viewCustomer, viewDeliveries } from './control-views.ts';
import { statusOf, type ConsentRow } from './consents.ts';
import { FAULTS, type Fault } from './faults.ts';
import { html, page, type Html } from './html.ts';
import type { SandboxMerchant } from './history.ts';
import { OUTCOMES } from './settling.ts';
import { trialWords } from './trial-words.ts';
import { longDate } from './words.ts';

/** Shops to use a card at: real places at home and abroad, invented names. */
export const shops: readonly (SandboxMerchant & { readonly name: string; readonly place: string })[] = [
  {
    name: 'Larkspur Coffee',
    category: '5814',
    place: 'Columbus, Ohio',
    address: { city: 'Columbus', region: 'OH', country: 'US' },
    location: { lat: 39.9622, lon: -83.0007 },
  },
  {
    name: 'Greenfield Market',
    category: '5411',
    place: 'Austin, Texas',
    address: { city: 'Austin', region: 'TX', country: 'US' },
    location: { lat: 30.2669, lon: -97.7428 },
  },
  {
    name: 'Sunline Fuel',
    category: '5541',
    place: 'Denver, Colorado',
    address: { city: 'Denver', region: 'CO', country: 'US' },
    location: { lat: 39.7405, lon: -104.9872 },
  },
  {
    name: 'Bluebird Diner',
    category: '5812',
    place: 'New Orleans, Louisiana',
    address: { city: 'New Orleans', region: 'LA', country: 'US' },
    location: { lat: 29.9559, lon: -90.0715 },
  },
  {
    name: 'Voltage Electronics',
    category: '5732',
    place: 'San Francisco, California',
    address: { city: 'San Francisco', region: 'CA', country: 'US' },
    location: { lat: 37.7852, lon: -122.4074 },
  },
  {
    name: 'Harbor Grill',
    category: '5812',
    place: 'Lisbon, Portugal',
    address: { city: 'Lisbon', country: 'PT' },
    location: { lat: 38.7079, lon: -9.1366 },
  },
  {
    name: 'Museum Shop',
    category: '5399',
    place: 'London, United Kingdom',
    address: { city: 'London', country: 'GB' },
    location: { lat: 51.5194, lon: -0.127 },
  },
  {
    name: 'Night Market',
    category: '5499',
    place: 'Tokyo, Japan',
    address: { city: 'Tokyo', country: 'JP' },
    location: { lat: 35.6654, lon: 139.7707 },
  },
];

/** What the page shows of one bank and customer. */
export interface TrialView extends CardsView {
  readonly disputes: readonly KeptDispute[];
  readonly bank: SandboxBank;
  readonly customer: Awaited<ReturnType<typeof viewCustomer>>;
  readonly consents: readonly (ConsentRow & { subscribed: boolean; thin: boolean })[];
  readonly deliveries: Awaited<ReturnType<typeof viewDeliveries>>;
  readonly faults: { readonly bank: Fault | undefined; readonly customer: Fault | undefined };
  readonly at: Date;
  /** What was just done, as a sentence. */
  readonly said?: string | undefined;
}

/** The page at `/`. Everything on it works without a script, but for playing a file and following along. */
export function drawTrialPage(view: TrialView): string {
  const { bank, locale, customer } = view;
  const words = trialWords[locale];
  const other = locale === 'en' ? 'es' : 'en';
  return page({
    locale,
    title: `${words.title} · ${bank.name}`,
    assets: { sheet: 'trial-page.css', script: 'trial-page.js' },
    body: html`<main class="page wide">
      <div class="top">
        <h1>${words.title}</h1>
        <nav aria-label="${words.title}">
          <a href="${addressOf(bank.id, customer.customer, other)}" lang="${other}">${words.otherLanguage}</a
          ><a href="/phone?lang=${locale}">${words.phone}</a><a href="/shop?lang=${locale}">${words.shopPage}</a
          ><a href="/control">${words.controlApi}</a>
        </nav>
      </div>
      <p class="lead">${words.lead}</p>
      <nav class="banks" aria-label="${words.bank}">
        ${sandboxBanks.map((choice) => html`<a class="bankchoice" data-bank="${choice.id}" href="${addressOf(choice.id, customer.customer, locale)}" ${choice.id === bank.id && html` aria-current="true"`}><span class="mark" aria-hidden="true">${choice.mark}</span>${choice.name}</a>`)}
      </nav>
      <form method="get" action="/" class="inline group">
        <input type="hidden" name="bank" value="${bank.id}" /><input type="hidden" name="lang" value="${locale}" />
        <div>
          <label class="field" for="customer">${words.customer}</label
          ><input
            class="input"
            id="customer"
            name="customer"
            value="${customer.customer}"
            list="customers"
            autocomplete="off"
            spellcheck="false"
          />
        </div>
        <datalist id="customers">${[1, 2, 3].map((number) => html`<option value="customer-${number}">`)}</datalist>
        <button class="button">${words.show}</button>
      </form>
      <div class="columns">
        <div class="column">
          ${useCard(view)}${suspicious(view)}${settlePending(view)}${paySalary(view)}${drawCardTools(view, hiddenFields(view))}${trouble(view)}${playFile(view)}
        </div>
        <div class="column" id="live">${drawLive(view)}</div>
      </div>
      <p class="said" id="said" role="status">${view.said ?? ''}</p>
    </main>`,
  });
}

/** Address of the trial page for one choice. */
export function addressOf(bankId: string, customer: string, locale: Locale, did?: string): string {
  const query = new URLSearchParams({ bank: bankId, customer, lang: locale, ...(did !== undefined && { did }) });
  return `/?${query.toString()}`;
}

/** The half of the page that changes by itself: balances, consents, deliveries. */
export function drawLive(view: TrialView): Html {
  return html`${accounts(view)}${drawCardsStanding(view)}${drawDisputes(view.locale, view.disputes)}${consents(view)}${deliveries(view)}`;
}

function hiddenFields({ bank, customer, locale }: TrialView): Html {
  return html`<input type="hidden" name="bank" value="${bank.id}" /><input
      type="hidden"
      name="customer"
      value="${customer.customer}"
    /><input type="hidden" name="lang" value="${locale}" />`;
}

function dollars(locale: Locale, amount: string): string {
  return new Intl.NumberFormat(locale === 'es' ? 'es-US' : 'en-US', { style: 'currency', currency: 'USD' }).format(
    Number(amount),
  );
}

function accounts({ locale, customer, bank }: TrialView): Html {
  const words = trialWords[locale];
  return html`<section class="card" data-bank="${bank.id}">
    <h2>${customer.name} · ${words.accounts}</h2>
    ${customer.accounts.map(
      ({ kind, last4, balance, transactions }) =>
        html`<div class="account">
          <div>
            <span class="strong">${words.account[kind]}</span> <span class="num">${last4}</span
            ><span class="quiet">${transactions.authorized > 0 && words.held(transactions.authorized)}</span>
          </div>
          <div class="right num">
            <span class="amount">${dollars(locale, balance.current)}</span
            ><span class="quiet">${words.available(dollars(locale, balance.available ?? balance.current))}</span>
          </div>
        </div>`,
    )}
  </section>`;
}

function useCard(view: TrialView): Html {
  const words = trialWords[view.locale];
  return html`<section class="card tools">
    <h2>${words.useCard}</h2>
    <form method="post" action="/trial/purchase">
      ${hiddenFields(view)}
      <label class="field" for="shop">${words.place}</label>
      <select class="select" id="shop" name="shop">
        ${shops.map((shop, index) => html`<option value="${index}">${shop.name}, ${shop.place}</option>`)}
      </select>
      <div class="pair">
        <div>
          <label class="field" for="amount">${words.amount}</label
          ><input
            class="input num"
            id="amount"
            name="amount"
            inputmode="decimal"
            value="4.50"
            required
            pattern="[0-9]+([.][0-9]{1,2})?"
          />
        </div>
        <div>
          <label class="field" for="account">${words.from}</label
          ><select class="select" id="account" name="account">
            <option value="card">${words.account.card}</option>
            <option value="checking">${words.account.checking}</option>
          </select>
        </div>
      </div>
      <label class="field" for="merchant">${words.merchant}</label
      ><input class="input" id="merchant" name="merchant" maxlength="100" />
      <label class="tick"><input type="checkbox" name="ids" value="blank" />${words.blankId}</label>
      <button class="button main">${words.useCardNow}</button>
    </form>
  </section>`;
}

/** Where the purchase is made that the bank holds: far from every other shop of the page. */
export const suspiciousShop: SandboxMerchant = {
  name: 'Joyería Ocampo',
  category: '5944',
  address: { city: 'Guadalajara', country: 'MX' },
  location: { lat: 20.6736, lon: -103.344 },
};

function suspicious(view: TrialView): Html {
  const words = trialWords[view.locale];
  return html`<section class="card tools">
    <h2>${words.suspicious}</h2>
    <p class="small quiet">${words.suspiciousNote}</p>
    <form method="post" action="/trial/suspicious">
      ${hiddenFields(view)}<button class="button">${words.suspect}</button>
    </form>
  </section>`;
}

function settlePending(view: TrialView): Html {
  const words = trialWords[view.locale];
  return html`<section class="card tools">
    <h2>${words.pending}</h2>
    <form method="post" action="/trial/settle">
      ${hiddenFields(view)}<label class="field" for="outcome">${words.outcome}</label
      ><select class="select" id="outcome" name="outcome">
        ${OUTCOMES.map((outcome) => html`<option value="${outcome}">${words.outcomeKind[outcome]}</option>`)}
      </select>
      <label class="tick"><input type="checkbox" name="ids" value="new" />${words.newIds}</label>
      <button class="button">${words.settle}</button>
    </form>
  </section>`;
}

function paySalary(view: TrialView): Html {
  const words = trialWords[view.locale];
  return html`<section class="card tools">
    <h2>${words.salary}</h2>
    <form method="post" action="/trial/salary">
      ${hiddenFields(view)} <label class="field" for="salary">${words.amount}</label
      ><input
        class="input num"
        id="salary"
        name="amount"
        inputmode="decimal"
        value="2500.00"
        required
        pattern="[0-9]+([.][0-9]{1,2})?"
      />
      <button class="button">${words.payIn}</button>
    </form>
  </section>`;
}

function trouble(view: TrialView): Html {
  const words = trialWords[view.locale];
  const inForce = [
    ...(view.faults.bank ? [`${words.wholeBank}: ${words.faultKind[view.faults.bank.kind]}`] : []),
    ...(view.faults.customer
      ? [`${words.onlyCustomer(view.customer.customer)}: ${words.faultKind[view.faults.customer.kind]}`]
      : []),
  ];
  return html`<section class="card tools">
    <h2>${words.faults}</h2>
    <p class="small" id="faults">${inForce.join(' · ')}</p>
    <form method="post" action="/trial/fault">
      ${hiddenFields(view)}
      <div class="pair words">
        <div>
          <label class="field" for="kind">${words.fault}</label
          ><select class="select" id="kind" name="kind">
            ${FAULTS.toReversed().map((kind) => html`<option value="${kind}">${words.faultKind[kind]}</option>`)}
          </select>
        </div>
        <div>
          <label class="field" for="whom">${words.whom}</label
          ><select class="select" id="whom" name="whom">
            <option value="customer">${words.onlyCustomer(view.customer.customer)}</option>
            <option value="bank">${words.wholeBank}</option>
          </select>
        </div>
      </div>
      <button class="button">${words.apply}</button>
    </form>
  </section>`;
}

function playFile(view: TrialView): Html {
  const words = trialWords[view.locale];
  return html`<section class="card tools" id="play-file" hidden>
    <h2>${words.playFile}</h2>
    <p class="small quiet">${words.playNote}</p>
    <form
      id="play"
      method="post"
      action="/control/banks/${view.bank.id}/play"
      data-playing="${words.playing}"
      data-played="${words.played}"
      data-rejected="${words.rejectedRow}"
    >
      <label class="field" for="file">${words.file}</label
      ><input id="file" name="file" type="file" accept=".csv,.gz,text/csv,application/gzip" required />
      <button class="button">${words.play}</button>
    </form>
  </section>`;
}

function consents(view: TrialView): Html {
  const { locale, at } = view;
  const words = trialWords[locale];
  return html`<section class="card">
    <h2>${words.consents}</h2>
    ${view.consents.length === 0 && html`<p class="quiet small">${words.noConsents}</p>`}
    ${view.consents.slice(0, 6).map((consent) => {
      const status = statusOf(consent, at);
      return html`<div class="item">
        <div class="head">
          <span class="strong wrap">${consent.chat ?? consent.client_id}</span
          ><span class="tag${status === 'ACTIVE' && ' done'}">${words.status[status]}</span>
        </div>
        <p class="small quiet">
          ${[words.until(longDate(locale, consent.expires_at, 'UTC')), consent.thin ? words.notified : consent.subscribed ? words.subscribed : words.notSubscribed, ...(consent.login_broken ? [words.loginBroken] : [])].join(' · ')}
        </p>
        ${
          status === 'ACTIVE' &&
          html`<div class="inline">
            <form method="post" action="/trial/revoke">
              ${hiddenFields(view)}<input type="hidden" name="consent" value="${consent.consent_id}" /><button
                class="button"
              >
                ${words.revoke}
              </button>
            </form>
            ${!consent.login_broken && html`<form method="post" action="/trial/fault">${hiddenFields(view)}<input type="hidden" name="whom" value="customer" /><input type="hidden" name="kind" value="broken-login" /><button class="button">${words.breakLogin}</button></form>`}
          </div>`
        }
      </div>`;
    })}
  </section>`;
}

function deliveries({ locale, deliveries: { totals, deliveries: latest } }: TrialView): Html {
  const words = trialWords[locale];
  const time = new Intl.DateTimeFormat(locale === 'es' ? 'es-US' : 'en-US', { timeStyle: 'medium' });
  return html`<section class="card">
    <h2>${words.deliveries}</h2>
    <p class="quiet small">
      ${latest.length === 0 ? words.noDeliveries : words.totals(totals.sent, totals.queued + (totals.eventsWaiting > 0 ? 1 : 0), totals.failed)}
    </p>
    ${latest.slice(0, 8).map(
      (delivery) =>
        html`<div class="item">
          <div class="head">
            <span class="num">${time.format(new Date(delivery.createdAt))} · ${words.events(delivery.events)}</span
            ><span class="tag${delivery.state === 'sent' && ' done'}${delivery.state === 'failed' && ' failed'}"
              >${words.deliveryState[delivery.state]}</span
            >
          </div>
          <p class="small quiet wrap">
            ${words.attempts(delivery.attempts)}${delivery.answerStatus !== undefined && ` · ${delivery.answerStatus}`}${delivery.answer !== undefined && ` · ${delivery.answer}`}
          </p>
        </div>`,
    )}
  </section>`;
}
