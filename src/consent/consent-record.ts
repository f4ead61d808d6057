import type { ChatField, Disclosure, Purpose } from '#contract';
import type { Consent } from './consents.ts';
import { DATA_OF_PURPOSE, DPV_PURPOSES } from './dpv.ts';
import type { CausedBy } from './transitions.ts';

/** What a consent record is made of. */
export interface ConsentRecordParts {
  readonly consent: Pick<Consent, 'consentId' | 'customerId' | 'linkId' | 'bankId' | 'state'>;
  readonly endedAt: Date | null;
  readonly endedBy: CausedBy | null;
  readonly disclosure: Disclosure;
  readonly purposes: readonly Purpose[];
  /** What staff of the bank may see, beside `customer-chat`. */
  readonly chatFields?: readonly ChatField[];
  /** When the disclosure was first shown. RFC 3339; missing in consents from before it was kept. */
  readonly shownAt?: string;
  /** RFC 3339. */
  readonly signedAt: string;
  readonly grantedAt: string;
  readonly expiresAt: string;
  /** How many accounts it is of; their numbers are not in a record that may be handed on. */
  readonly accounts: number;
  readonly operator: { readonly name: string; readonly contact: string };
  /** Where this record and the signed text are. */
  readonly address: string;
}

/**
 * The vocabulary's word for where a consent stands. Withdrawn is what the person did, themselves or by a word
 * to the bank's staff; revoked is what anybody else did. One that another took the place of has run out: it
 * was never found invalid, which is what the vocabulary means by "invalidated".
 */
function statusOf(state: Consent['state'], endedBy: CausedBy | null): string {
  if (state === 'granted') return 'dpv:ConsentGiven';
  if (state !== 'revoked') return 'dpv:ConsentExpired';
  return endedBy === 'bank' || endedBy === 'operator' ? 'dpv:ConsentRevoked' : 'dpv:ConsentWithdrawn';
}

/** Whose value names a thing and is not a piece of text. */
const naming = ['Purpose', 'Processing', 'ConsentStatus', 'LegalBasis'].map((of) => `dpv:has${of}`);
const context = {
  dpv: 'https://w3id.org/dpv#',
  pd: 'https://w3id.org/dpv/pd#',
  dct: 'http://purl.org/dc/terms/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  ...Object.fromEntries([...naming, 'dpv:isIndicatedBy', 'dct:source'].map((term) => [term, { '@type': '@id' }])),
};

const actorOf: Readonly<Record<CausedBy, string>> = {
  customer: 'dpv:DataSubject',
  bank: 'dpv:DataExporter',
  staff: 'dpv:DataExporter',
  operator: 'dpv:DataController',
  expiry: 'dpv:DataController',
};

/**
 * A consent as a record in the structure of ISO/IEC TS 27560 (record, processing, parties, events), with the
 * terms of W3C's Data Privacy Vocabulary, as JSON-LD. `amended` and `renewed` are records that another one
 * took the place of; `tellerline:state` tells them from one whose time was up.
 */
export function consentRecord(parts: ConsentRecordParts): object {
  const { consent, disclosure, purposes, operator, address } = parts;
  const until = {
    '@type': 'dpv:UntilTimeDuration',
    'dct:valid': { '@value': parts.expiresAt, '@type': 'xsd:dateTime' },
  };
  return {
    '@context': { ...context, tellerline: new URL('/terms#', address).href },
    '@id': address,
    '@type': 'dpv:ConsentRecord',
    'dct:conformsTo': 'ISO/IEC TS 27560:2023',
    'dct:identifier': consent.consentId,
    'dct:language': disclosure.locale,
    'dpv:hasDataSubject': { '@type': 'dpv:DataSubject', 'dct:identifier': consent.customerId },
    'dpv:hasDataController': {
      '@type': 'dpv:DataController',
      'dpv:hasName': operator.name,
      'dpv:hasContact': operator.contact,
    },
    'dpv:hasDataSource': {
      '@type': 'dpv:DataExporter',
      'dct:identifier': consent.bankId,
      'dpv:hasName': disclosure.bank.name,
    },
    'dpv:hasLegalBasis': 'dpv:ExplicitlyExpressedConsent',
    'dpv:hasConsentStatus': statusOf(consent.state, parts.endedBy),
    'tellerline:state': consent.state,
    'dpv:hasProcess': purposes.map((purpose) => ({
      '@type': 'dpv:Process',
      'dct:identifier': purpose,
      'dpv:hasPurpose': `dpv:${DPV_PURPOSES[purpose]}`,
      'dpv:hasProcessing': ['dpv:Collect', 'dpv:Store', 'dpv:Use'],
      'dpv:hasPersonalData': DATA_OF_PURPOSE[purpose].map((cluster) => ({
        '@type': 'pd:Financial',
        'dct:identifier': `FDX:${cluster}`,
      })),
      // Seen by the bank's own staff, who answer: each field by the customer's own tick.
      ...(purpose === 'customer-chat' && {
        'dpv:hasRecipient': { '@type': 'dpv:Recipient', 'dpv:hasName': disclosure.bank.name },
        'tellerline:fields': [...(parts.chatFields ?? [])],
      }),
    })),
    'dpv:hasDuration': until,
    'dpv:hasStorageCondition': { '@type': 'dpv:StorageDuration', 'dpv:hasDuration': until },
    'tellerline:accounts': parts.accounts,
    'dpv:hasNotice': {
      '@type': 'dpv:ConsentNotice',
      'dct:title': disclosure.title,
      'dct:hasVersion': disclosure.version,
      'tellerline:sha256': disclosure.hash,
      'dct:source': address.replace('/api/', '/').replace(/\/record$/, ''),
    },
    'dct:hasPart': eventsOf(parts),
  };
}

function eventsOf({ consent, shownAt, signedAt, grantedAt, endedAt, endedBy }: ConsentRecordParts): object[] {
  const event = (status: string, at: string, by: string): object => ({
    '@type': 'dpv:ConsentStatus',
    'dpv:hasConsentStatus': status,
    'dpv:isIndicatedAtTime': { '@value': at, '@type': 'xsd:dateTime' },
    'dpv:isIndicatedBy': by,
  });
  const ended =
    endedAt && endedBy ? [event(statusOf(consent.state, endedBy), endedAt.toISOString(), actorOf[endedBy])] : [];
  return [
    event('dpv:ConsentRequested', shownAt ?? signedAt, 'dpv:DataController'),
    event('dpv:ConsentGiven', grantedAt, 'dpv:DataSubject'),
    ...ended,
  ];
}
