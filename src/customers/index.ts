export {
  actTokens,
  requireUnusedAct,
  useAct,
  type Act,
  type ActTokens,
  type AskedAbout,
  type ControlAct,
} from './acts.ts';
export { browserKindOf, type BrowserKind } from './browser-kind.ts';
export {
  createCustomer,
  findCustomer,
  findCustomers,
  isTimeZone,
  lockCustomer,
  removeCustomer,
  updateCustomer,
  type Customer,
  type CustomerChange,
} from './customers.ts';
export { digestsDue, markDigest, nextDigestMs, type DueDigest } from './digests.ts';
export type { HeldSignIn } from './held.ts';
export { enterIdentity, findIdentity, moveIdentity, removeIdentity } from './identities.ts';
export { enterOffer, offerOf } from './passkeys.ts';
export { enterProof, proofNeeded, requireFreshProof } from './proofs.ts';
export {
  forgetOldSessions,
  isProven,
  leaveSession,
  markProven,
  openLinkingSession,
  openSession,
  requireSession,
  type Session,
  type SessionScope,
} from './sessions.ts';
export { takeStrayCode, type StrayCode, type StraySaying } from './stray-codes.ts';
export { joinCodeIn, newJoinCode, putJoinCode, takeJoinCode, takeJoinTry } from './join-codes.ts';
export { createSignIn, type SignIn, type SignInParts } from './sign-in.ts';
