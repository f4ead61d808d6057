import type { BankDispute, DisputeReason, Locale } from '#contract';
import { html, type Html } from '../html.ts';
import type { KeptDispute } from './disputes.ts';

/** What the trial page says of disputes. */
interface DisputeTrialWords {
  readonly title: string;
  readonly state: Readonly<Record<BankDispute['state'], string>>;
  readonly reason: Readonly<Record<DisputeReason, string>>;
  readonly picture: (kilobytes: number) => string;
}

const en: DisputeTrialWords = {
  title: 'Disputes',
  state: {
    opened: 'opened',
    'in-review': 'in review',
    'needs-more': 'needs more',
    won: 'won',
    lost: 'lost',
    closed: 'closed',
  },
  reason: {
    'not-mine': 'not mine',
    'missing-goods': 'never came',
    'wrong-amount': 'wrong amount',
    cancelled: 'cancelled',
  },
  picture: (kilobytes) => `Picture, ${kilobytes} KB`,
};

const es: DisputeTrialWords = {
  title: 'Reclamaciones',
  state: {
    opened: 'abierta',
    'in-review': 'en revisión',
    'needs-more': 'falta algo',
    won: 'ganada',
    lost: 'perdida',
    closed: 'cerrada',
  },
  reason: {
    'not-mine': 'no es mía',
    'missing-goods': 'nunca llegó',
    'wrong-amount': 'importe equivocado',
    cancelled: 'cancelada',
  },
  picture: (kilobytes) => `Foto, ${kilobytes} KB`,
};

const disputeTrialWords: Readonly<Record<Locale, DisputeTrialWords>> = { en, es };

/** The customer's disputes, with what they gave for each. */
export function drawDisputes(locale: Locale, disputes: readonly KeptDispute[]): Html {
  const words = disputeTrialWords[locale];
  if (disputes.length === 0) return html``;
  return html`<section class="card">
    <h2>${words.title}</h2>
    ${disputes.map(
      ({ disputeId, state, reason, merchant, evidence }) =>
        html`<p class="small">
            <span class="strong num">${disputeId}</span>
            ${[merchant, words.reason[reason], words.state[state]].join(' · ')}
          </p>
          ${evidence.map((one) => html`<p class="small quiet">${saidOf(one, words)}</p>`)}`,
    )}
  </section>`;
}

function saidOf(one: KeptDispute['evidence'][number], words: DisputeTrialWords): string {
  return one.kind === 'picture' ? words.picture(Math.ceil(one.bytes / 1024)) : one.text;
}
