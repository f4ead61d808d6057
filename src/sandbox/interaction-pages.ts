import type { Locale } from '#contract';
import type { AccountRow } from './accounts.ts';
import type { SandboxBank } from './banks.ts';
import { clustersOf, durationDaysOf, lookbackDaysOf, type ConsentRequest } from './consent-request.ts';
import { html, page, type Html } from './html.ts';
import { bankWords, longDate } from './words.ts';

interface Shown {
  readonly bank: SandboxBank;
  readonly locale: Locale;
}

/** The bank's login page, for customers and staff alike. `lead` says what for; `username` and `wrong` after an attempt that failed. */
export function drawLoginPage(
  shown: Shown & { lead: string; hint: string; action: string; username?: string; wrong?: boolean },
): string {
  const { bank, locale, lead, hint, action, username, wrong } = shown;
  const words = bankWords[locale];
  return frame(
    shown,
    words.signInTitle,
    html` <h1>${words.signInTitle}</h1>
      <p class="lead">${lead}</p>
      <form method="post" action="${action}/login" class="stack">
        ${wrong && html`<p class="error" role="alert">${words.wrongPassword}</p>`}
        <label class="field" for="username"><span>${words.username}</span></label>
        <input
          id="username"
          name="username"
          class="input"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          value="${username ?? ''}"
          ${!wrong && html` autofocus`}
        />
        <label class="field" for="password"><span>${words.password}</span></label>
        <input
          id="password"
          name="password"
          class="input"
          type="password"
          autocomplete="current-password"
          required${wrong && html` autofocus aria-invalid="true"`}
        />
        <button class="button main wide">${words.signIn}</button>
      </form>
      ${cancelForm(action, words.cancel)}
      <p class="hint">${hint}</p>`,
    bank.name,
  );
}

/** What the customer is asked, and of which accounts. */
export function drawConsentPage(
  shown: Shown & {
    recipient: string;
    action: string;
    username: string;
    request: ConsentRequest;
    accounts: readonly AccountRow[];
    at: Date;
    /** The account ids that were ticked, after an attempt with none. */
    noneChosen?: boolean;
  },
): string {
  const { bank, locale, recipient, action, username, request, accounts, noneChosen } = shown;
  const words = bankWords[locale];
  return frame(
    shown,
    words.consentTitle(recipient),
    html` <h1>${words.consentTitle(recipient)}</h1>
      <p class="lead">${words.consentLead(recipient, bank.name)}</p>
      ${
        request.chat !== undefined &&
        html`<section class="group">
          <h2>${words.chatTitle}</h2>
          <div class="card">
            <p class="strong">${request.chat}</p>
            <p class="quiet">${words.chatNote}</p>
          </div>
        </section>`
      }
      <section class="group">
        <h2>${words.dataTitle}</h2>
        <ul class="card list">
          ${clustersOf(request).map((cluster) => html`<li>${words.data[cluster]}</li>`)}
        </ul>
      </section>
      <section class="group">
        <h2>${words.periodTitle}</h2>
        <ul class="card list">
          <li>${periodOf(shown)}</li>
          <li>${words.lookback(lookbackDaysOf(request))}</li>
          <li>${words.notice}</li>
        </ul>
      </section>
      <form method="post" action="${action}/consent">
        <fieldset class="group" ${noneChosen && html` aria-describedby="choose"`}>
          <legend>${words.accountsTitle}</legend>
          ${noneChosen && html`<p class="error" role="alert" id="choose">${words.oneAccount}</p>`}
          <div class="card list">${accounts.map((account) => accountRow(locale, account, noneChosen !== true))}</div>
        </fieldset>
        <div class="actions"><button class="button main wide">${words.allow}</button></div>
      </form>
      ${cancelForm(action, words.cancel)}
      <p class="hint">${words.signedInAs(username)}</p>`,
    bank.name,
  );
}

function accountRow(locale: Locale, account: AccountRow, ticked: boolean): Html {
  const words = bankWords[locale];
  return html`<label class="row"
    ><input type="checkbox" name="account" value="${account.account_id}" ${ticked && html` checked`} />
    <span class="text"
      ><span class="strong">${words.account[account.kind]}</span>
      <span class="quiet">${account.product}, ${words.ending(account.last4)}</span></span
    ></label
  >`;
}

function periodOf(shown: {
  locale: Locale;
  request: ConsentRequest;
  accounts: readonly AccountRow[];
  at: Date;
}): string {
  const words = bankWords[shown.locale];
  if (shown.request.durationType === 'ONE_TIME') return words.once;
  const days = durationDaysOf(shown.request);
  const end = new Date(shown.at.getTime() + days * 86_400_000);
  return words.until(longDate(shown.locale, end, shown.accounts[0]?.time_zone ?? 'UTC'), days);
}

/** A request that cannot be answered in any other way. The code is for whoever looks into it. */
export function drawRefusalPage(shown: Shown & { code: string }): string {
  const words = bankWords[shown.locale];
  return frame(
    shown,
    words.refusedTitle,
    html` <h1>${words.refusedTitle}</h1>
      <p class="lead">${words.refused}</p>
      <details class="hint">
        <summary>${words.details}</summary>
        <code>${shown.code}</code>
      </details>`,
    shown.bank.name,
  );
}

function cancelForm(action: string, label: string): Html {
  return html`<form method="post" action="${action}/cancel"><button class="button bare wide">${label}</button></form>`;
}

function frame({ bank, locale }: Shown, title: string, body: Html, bankName: string): string {
  return page({
    locale,
    title: `${title} · ${bankName}`,
    bankId: bank.id,
    body: html`<header class="bank">
        <span class="mark" aria-hidden="true">${bank.mark}</span><span class="strong">${bank.name}</span>
      </header>
      <main class="page">${body}</main>`,
  });
}
