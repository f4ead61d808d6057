export type {
  BankAccount,
  BankApi,
  BankGrant,
  BankLoginRequest,
  BankSession,
  BankTokens,
  BankTransaction,
  PendingAuthorization,
  TransactionPage,
} from './bank-api.ts';
export type { CodeAnswer } from './confirm.ts';
export type { LinkDependents } from './dependents.ts';
export type { GivenUp } from './narrow.ts';
export type { AskingChat, ClaimedLinking } from './from-chat.ts';
export type { Signing } from './attempts.ts';
export type { AccountHearing, AccountWishes } from './hearing.ts';
export type { HeldLinking } from './held.ts';
export { createLinking, type Linking, type SignedCopy } from './linking.ts';
export type { Fetched, StoreFetched } from './fetch.ts';
export type { FetchPace } from './fetch-schedule.ts';
export type { FetchClaim } from './fetches.ts';
export { createRunner, type Runner } from './runner.ts';
export type { LinkView } from './links.ts';
export type { LowSide, SideChange } from './low-side.ts';
export { noRevocationMemory, revocationFile, type RevocationMemory } from './revocation-file.ts';
export type { Route, Routes } from './routes.ts';
export { isSeen, withSeen, type Watched, type WatchedChange } from './watched.ts';
export type { Withdrawals } from './withdrawals.ts';
export { balanceDraft, purchaseSubject, transactionDraft, type RecordPlace } from './transaction-record.ts';
