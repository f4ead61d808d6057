export { apart } from './alert-draft.ts';
export { actOfStatus, type CardStatus } from './card-status.ts';
export {
  actionTransitions,
  isSettled,
  purposeOfKind,
  type ActionState,
  type AskKind,
  type BankAction,
  type BankAsk,
  type NotDone,
  type Settled,
} from './bank-action.ts';
export type { ActionClaim, ActionStore, Tell } from './action-store.ts';
export { limitChanged, type CardDetail, type Cards, type LinkedCard } from './cards.ts';
export type { BankOrder, BankStatement, ControlsApi } from './controls-api.ts';
export { isFraudSuspected, type Alerts, type AnsweredAlert, type OpenAlert } from './alerts.ts';
export { createControls, type Controls, type Tellers } from './controls.ts';
export type { CasePictures, OfCase } from './case-pictures.ts';
export type { CaseAsides } from './dispute-standing.ts';
export type { Disputes, KnownDispute, OpenDispute } from './disputes.ts';
export type { HeldControls } from './held.ts';
export { controlsOfLinks } from './of-links.ts';
export type { ControlsParts } from './parts.ts';
export type { Requested, Wish } from './request.ts';
export { tellControl, type Aside } from './say-control.ts';
export type { AccountStatements, Statements } from './statements.ts';
