import { CARD_ACTIONS, type BankCard, type CardAction, type Locale } from '#contract';
import { html, type Html } from '../html.ts';
import { CONTROL_FAULTS, type ControlFault } from './card-faults.ts';

/** What the trial page says of cards. */
interface CardTrialWords {
  readonly title: string;
  readonly card: string;
  readonly action: string;
  readonly actionKind: Readonly<Record<Exclude<CardAction, 'limit'>, string>>;
  readonly state: Readonly<Record<BankCard['state'], string>>;
  readonly offline: string;
  readonly home: string;
  readonly limited: (amount: string) => string;
  readonly act: string;
  readonly faults: string;
  readonly faultNote: string;
  readonly fault: string;
  readonly faultKind: Readonly<Record<ControlFault, string>>;
  readonly apply: string;
}

const en: CardTrialWords = {
  title: 'Cards',
  card: 'Card',
  action: 'What the bank does',
  actionKind: {
    freeze: 'freeze it',
    unfreeze: 'unfreeze it',
    'report-lost': 'report it lost',
    'report-stolen': 'report it stolen',
    replace: 'replace it',
    'online-on': 'online purchases on',
    'online-off': 'online purchases off',
    'abroad-on': 'purchases abroad on',
    'abroad-off': 'purchases abroad off',
  },
  state: {
    active: 'works',
    frozen: 'frozen',
    lost: 'lost',
    stolen: 'stolen',
    replaced: 'replaced',
    expired: 'expired',
  },
  offline: 'not online',
  home: 'not abroad',
  limited: (amount) => `limit ${amount}`,
  act: 'Do it',
  faults: 'Trouble with card controls',
  faultNote: 'For this customer: what becomes of an act that the chat asks for.',
  fault: 'What',
  faultKind: {
    none: 'none, all is well',
    refuses: 'refuses',
    late: 'says "pending", does it 10 seconds later',
    'never-done': 'says "pending" for ever',
    'error-before': 'fails before doing it',
    'error-after': 'fails after doing it',
    'reset-before': 'cuts the connection before doing it',
    'reset-after': 'cuts the connection after doing it',
    slow: 'does it, answers 10 seconds later',
    contradicts: 'says done, and did not',
  },
  apply: 'Apply',
};

const es: CardTrialWords = {
  title: 'Tarjetas',
  card: 'Tarjeta',
  action: 'Qué hace el banco',
  actionKind: {
    freeze: 'congelarla',
    unfreeze: 'descongelarla',
    'report-lost': 'reportarla perdida',
    'report-stolen': 'reportarla robada',
    replace: 'reemplazarla',
    'online-on': 'activar compras por internet',
    'online-off': 'desactivar compras por internet',
    'abroad-on': 'activar compras en el extranjero',
    'abroad-off': 'desactivar compras en el extranjero',
  },
  state: {
    active: 'funciona',
    frozen: 'congelada',
    lost: 'perdida',
    stolen: 'robada',
    replaced: 'reemplazada',
    expired: 'vencida',
  },
  offline: 'sin internet',
  home: 'sin extranjero',
  limited: (amount) => `límite ${amount}`,
  act: 'Hacerlo',
  faults: 'Problemas con el manejo de tarjetas',
  faultNote: 'Para este cliente: qué pasa con lo que pide el chat.',
  fault: 'Cuál',
  faultKind: {
    none: 'ninguno, todo va bien',
    refuses: 'lo rechaza',
    late: 'dice «pendiente» y lo hace 10 segundos después',
    'never-done': 'dice «pendiente» para siempre',
    'error-before': 'falla antes de hacerlo',
    'error-after': 'falla después de hacerlo',
    'reset-before': 'corta la conexión antes de hacerlo',
    'reset-after': 'corta la conexión después de hacerlo',
    slow: 'lo hace y responde 10 segundos después',
    contradicts: 'dice que lo hizo y no lo hizo',
  },
  apply: 'Aplicar',
};

const cardTrialWords: Readonly<Record<Locale, CardTrialWords>> = { en, es };

/** What the section draws. */
export interface CardsView {
  readonly locale: Locale;
  readonly cards: readonly BankCard[];
  readonly controlFault: ControlFault;
}

/** How the customer's cards stand. */
export function drawCardsStanding({ locale, cards }: CardsView): Html {
  const words = cardTrialWords[locale];
  return html`<section class="card">
    <h2>${words.title}</h2>
    ${cards.map((card) => html`<p class="small"><span class="strong num">${card.last4}</span> ${standing(card, words).join(' · ')}</p>`)}
  </section>`;
}

/** What the bank may do to the customer's cards, and what its card controls suffer from. */
export function drawCardTools({ locale, cards, controlFault }: CardsView, hidden: Html): Html {
  const words = cardTrialWords[locale];
  const actions = CARD_ACTIONS.flatMap((action) => (action === 'limit' ? [] : [action]));
  return html`<section class="card tools">
    <h2>${words.title}</h2>
    <form method="post" action="/trial/card">
      ${hidden}
      <div class="pair words">
        <div>
          <label class="field" for="of-card">${words.card}</label
          ><select class="select" id="of-card" name="card">
            ${cards.toReversed().map(({ cardId, last4 }) => html`<option value="${cardId}">${last4}</option>`)}
          </select>
        </div>
        <div>
          <label class="field" for="action">${words.action}</label
          ><select class="select" id="action" name="action">
            ${actions.map((action) => html`<option value="${action}">${words.actionKind[action]}</option>`)}
          </select>
        </div>
      </div>
      <button class="button">${words.act}</button>
    </form>
    <h2>${words.faults}</h2>
    <p class="small quiet">
      ${words.faultNote}${controlFault !== 'none' && html` <span class="strong">${words.faultKind[controlFault]}</span>`}
    </p>
    <form method="post" action="/trial/control-fault">
      ${hidden}<label class="field" for="control-fault">${words.fault}</label
      ><select class="select" id="control-fault" name="kind">
        ${CONTROL_FAULTS.map((kind) => html`<option value="${kind}">${words.faultKind[kind]}</option>`)}
      </select>
      <button class="button">${words.apply}</button>
    </form>
  </section>`;
}

function standing({ state, online, abroad, limit }: BankCard, words: CardTrialWords): string[] {
  return [
    words.state[state],
    ...(online ? [] : [words.offline]),
    ...(abroad ? [] : [words.home]),
    ...(limit ? [words.limited(limit.amount)] : []),
  ];
}
