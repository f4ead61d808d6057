export { ourIntentAnswer } from './answers/intents.ts';
export type { BankReplies } from './cases/bank-replies.ts';
export { casesOfLinks } from './cases/of-links.ts';
export type { HeldCases } from './cases/held.ts';
export type {
  CaseOfCustomer,
  CustomerDesk,
  OpenedCase,
  Opening,
  Standing,
  StandingProposal,
  Talk,
} from './customer-desk.ts';
export { createDesk, type Desk } from './desk.ts';
export type { DeskGiven } from './parts.ts';
export type { DeskOutlet, InboxQuery, Staff, StaffDesk } from './staff-desk.ts';
export type { PendingSignIn, StaffIdentity, StaffLogin } from './staff/login.ts';
export type { StaffSession } from './staff/sessions.ts';
export { createStaffSignIn, requireRole, type StaffSignIn, type StaffSignInParts } from './staff/sign-in.ts';
export type { CaseTold, TellCustomer, ToldMessage } from './tell-customer.ts';
