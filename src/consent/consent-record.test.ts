import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BankId, ConsentId, CustomerId, LinkId } from '#base';
import { consentRecord, type ConsentRecordParts } from './consent-record.ts';
import { composeDisclosure } from './disclosure.ts';
import type { CausedBy } from './transitions.ts';

const disclosure = composeDisclosure({
  attempt: 'attempt-1',
  bank: {
    id: 'citi',
    name: 'Citi',
    mark: 'Ci',
    accent: { light: '#00677f', dark: '#5cc8e0' },
    telephone: '1-800-374-9700',
  },
  locale: 'en',
  now: Temporal.Instant.from('2026-11-20T19:14:31Z'),
  timeZone: 'America/New_York',
  chatName: 'this web chat',
  contact: 'privacy@operator.example',
});

function record(state: ConsentRecordParts['consent']['state'], endedBy: CausedBy | null): Record<string, unknown> {
  return {
    ...consentRecord({
      consent: {
        consentId: 'consent-1' as ConsentId,
        customerId: 'customer-1' as CustomerId,
        linkId: 'link-1' as LinkId,
        bankId: 'citi' as BankId,
        state,
      },
      endedAt: endedBy && new Date('2026-12-01T00:00:00Z'),
      endedBy,
      disclosure,
      purposes: ['balances', 'transactions'],
      signedAt: '2026-11-20T19:15:00Z',
      grantedAt: '2026-11-20T19:16:00Z',
      expiresAt: '2027-11-20T19:14:31Z',
      accounts: 2,
      operator: { name: 'Operator', contact: 'privacy@operator.example' },
      address: 'https://chat.example/api/consents/consent-1/record',
    }),
  };
}

test('withdrawn is what the person did, revoked what anybody else did, and a replaced consent is never called invalid', () => {
  const cases = [
    ['granted', null, 'dpv:ConsentGiven'],
    ['amended', 'customer', 'dpv:ConsentExpired'],
    ['renewed', 'customer', 'dpv:ConsentExpired'],
    ['expired', 'expiry', 'dpv:ConsentExpired'],
    ['revoked', 'customer', 'dpv:ConsentWithdrawn'],
    ['revoked', 'staff', 'dpv:ConsentWithdrawn'],
    ['revoked', 'bank', 'dpv:ConsentRevoked'],
    ['revoked', 'operator', 'dpv:ConsentRevoked'],
  ] as const;
  for (const [state, by, status] of cases) {
    const made = record(state, by);
    assert.deepEqual([made['dpv:hasConsentStatus'], made['tellerline:state']], [status, state]);
    const events = made['dct:hasPart'] as Record<string, unknown>[];
    assert.equal(events.at(-1)?.['dpv:hasConsentStatus'], status, `${state} by ${by}`);
  }
});

test('a value that is a term is a name to a reader of JSON-LD, and every prefix in use is declared', () => {
  const made = record('revoked', 'bank');
  const context = made['@context'] as Record<string, unknown>;
  const terms: [string, string][] = [];
  const collect = (key: string, value: unknown): void => {
    if (typeof value === 'string') terms.push([key, value]);
    else if (Array.isArray(value)) for (const one of value) collect(key, one);
    else if (value !== null && typeof value === 'object')
      for (const [name, inner] of Object.entries(value)) collect(name, inner);
  };
  for (const [key, value] of Object.entries(made)) if (key !== '@context') collect(key, value);
  const named = terms.filter(([key, value]) => key !== '@type' && /^(dpv|pd):/.test(value));
  assert.ok(named.length >= 10);
  for (const [key, value] of named) assert.deepEqual(context[key], { '@type': '@id' }, `${key}: ${value}`);
  for (const [key, value] of terms) {
    const prefixes = [key, key === '@type' ? value : ''].map((name) => /^([a-z]+):/.exec(name)?.[1]);
    for (const prefix of prefixes) assert.ok(prefix === undefined || prefix in context, `${key}: ${value}`);
  }
});
