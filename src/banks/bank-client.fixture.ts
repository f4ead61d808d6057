import { generateKeyPairSync } from 'node:crypto';
import { createLog, systemClock, TellerlineError, type BankId } from '#base';
import type { BankSession, BankTokens } from '#linking';
import { startHostileBank, type HostileBank } from './hostile-bank.fixture.ts';
import { createBanks, type Banks, type BanksOptions } from './index.ts';

/** For tests: the bank that `startHostileBank` plays. */
export const citi = 'citi' as BankId;
/** Where tests have banks send the browser back to. */
export const redirectUri = 'http://localhost:7070/link/return';
const clientKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

/** Banks in the sandbox environment at this address. */
export function banksAt(url: string, changes: Partial<BanksOptions> = {}): Banks {
  return createBanks({
    environment: 'sandbox',
    sandboxUrl: () => url,
    live: {},
    clientKey,
    redirectUri: () => redirectUri,
    eventsUrl: (bank) => `http://localhost:7070/v1/banks/${bank}/events`,
    staffRedirectUri: () => 'http://localhost:7071/desk/return',
    clock: systemClock,
    log: createLog('silent'),
    ...changes,
  });
}

/** A hostile bank that knows the key of `banksAt`. */
export function openHostileBank(): Promise<HostileBank> {
  const { keys } = banksAt('http://127.0.0.1').clientJwks();
  return startHostileBank({ keys: keys.map((key) => ({ ...key, kty: String(key.kty) })) }, redirectUri);
}

/** A login as linking asks for it. */
export const loginRequest = {
  state: 'state-of-this-login',
  purposes: ['balances', 'transactions'],
  durationDays: 90,
  lookbackDays: 365,
  chat: 'Tellerline chat',
  locale: 'es',
} as const;

/** Logs in and answers a session in which the customer is there. */
export async function linkedSession(bank: HostileBank, banks: Banks): Promise<BankSession & { saved: BankTokens[] }> {
  const { continueTo, pending } = await banks.api.beginAuthorization(citi, loginRequest);
  const { grantId, tokens } = await banks.api.finishAuthorization(citi, bank.allow(continueTo), pending);
  const saved = [tokens];
  return {
    bank: citi,
    grantId,
    saved,
    tokens: () => saved.at(-1) ?? tokens,
    save: (renewed) => {
      saved.push(renewed);
      return Promise.resolve();
    },
    actor: 'USER',
  };
}

/** For `assert.rejects`: an error of ours with this code and these facts. */
export function refusedWith(code: string, detail: Record<string, string | number> = {}): (error: unknown) => boolean {
  return (error) =>
    error instanceof TellerlineError &&
    error.code === code &&
    Object.entries(detail).every(([name, value]) => error.detail[name] === value);
}
