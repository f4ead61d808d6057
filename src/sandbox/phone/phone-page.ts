import type { Locale } from '#contract';
import { html, page, type Html } from '../html.ts';
import { phoneWords, type PhoneWords } from './phone-words.ts';

/** Which phone is shown. */
export interface PhoneChoice {
  readonly platform: 'messenger' | 'whatsapp';
  readonly locale: Locale;
}

const names = { messenger: 'Messenger', whatsapp: 'WhatsApp' } as const;

/** The page at `/phone`: a frame that its script fills with what the stand-in platform says. */
export function drawPhonePage({ platform, locale }: PhoneChoice): string {
  const words = phoneWords[locale];
  const other = locale === 'en' ? 'es' : 'en';
  return page({
    locale,
    title: `${words.title} · ${names[platform]}`,
    assets: { sheet: 'phone-page.css', script: 'phone-page.js' },
    body: html`<main class="page wide" id="page" data-platform="${platform}" data-words="${JSON.stringify(words)}">
      <div class="top">
        <h1>${words.title}</h1>
        <nav aria-label="${words.title}">
          <a href="${phoneAddress(platform, other)}" lang="${other}">${words.otherLanguage}</a
          ><a href="/?lang=${locale}">${words.banks}</a>
        </nav>
      </div>
      <p class="lead">${words.lead}</p>
      <nav class="tabs" aria-label="${words.messenger}">
        ${(['messenger', 'whatsapp'] as const).map((one) => html`<a class="tab" href="${phoneAddress(one, locale)}" ${one === platform && html` aria-current="true"`}>${names[one]}</a>`)}
      </nav>
      <div class="columns">${drawPhone(platform, words)}${drawReadable(words)}</div>
      <p class="said" id="said" role="status"></p>
    </main>`,
  });
}

function drawPhone(platform: PhoneChoice['platform'], words: PhoneWords): Html {
  return html`<div class="column">
    <div class="inline">
      <div>
        <label class="field" for="people">${words.person}</label
        ><select class="select" id="people"></select>
      </div>
    </div>
    <section class="phone" aria-label="${words.phone}">
      <header class="bar">
        <span class="mark" aria-hidden="true">T</span
        ><span><strong id="account"></strong><span class="quiet" id="typing" role="status"></span></span>
      </header>
      <ul class="thread" id="thread" aria-label="${words.thread}" tabindex="0"></ul>
      <div class="chips" id="chips"></div>
      <form class="composer" id="composer">
        <button class="key menu" id="menu" type="button" aria-expanded="false" hidden>${words.menu}</button>
        <input
          class="input"
          id="text"
          name="text"
          autocomplete="off"
          maxlength="2000"
          aria-label="${words.write}"
          placeholder="${words.message}"
        />
        <button class="key main">${words.send}</button>
      </form>
      <div class="sheet" id="sheet" hidden></div>
    </section>
    <p class="quiet window" id="window"></p>
    ${drawTools(platform, words)}
  </div>`;
}

function drawTools(platform: PhoneChoice['platform'], words: PhoneWords): Html {
  return html`<section class="card tools">
    <h2>${words.time}</h2>
    <div class="keys">
      <button class="button line" type="button" data-do="time">${words.dayPasses}</button>
      <button class="button line" type="button" data-do="changed">${words.newNumber}</button>
      ${platform === 'whatsapp' && html`<button class="button line" type="button" data-do="recycled">${words.recycled}</button>`}
      <button class="button line" type="button" data-do="reach" id="reach">${words.unreachable}</button>
      <button class="button line" type="button" data-do="picture">${words.picture}</button>
      <button class="button line" type="button" data-do="location">${words.place}</button>
      <button class="button line" type="button" data-do="voice">${words.voice}</button>
    </div>
    <input
      class="hidden"
      id="file"
      type="file"
      accept="image/png,image/jpeg,image/webp"
      aria-label="${words.picture}"
      tabindex="-1"
    />
    <form id="new" class="inline">
      <div>
        <label class="field" for="name">${words.somebodyNew}</label
        ><input class="input" id="name" required maxlength="60" autocomplete="off" placeholder="${words.name}" />
      </div>
      <button class="button">${words.add}</button>
    </form>
  </section>`;
}

function drawReadable(words: PhoneWords): Html {
  return html`<section class="column readable" aria-labelledby="readable-title">
    <div>
      <h2 id="readable-title">${words.readableTitle}</h2>
      <p class="quiet">${words.readableLead}</p>
    </div>
    <p class="card quiet" id="nothing">${words.nothingYet}</p>
    <ol class="requests" id="readable"></ol>
  </section>`;
}

function phoneAddress(platform: PhoneChoice['platform'], locale: Locale): string {
  return `/phone?${new URLSearchParams({ platform, lang: locale }).toString()}`;
}
