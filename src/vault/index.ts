export { changeAlert, lastOwnPurchase, recordAbout, subjectsOf, type ChangedAlert } from './alert-records.ts';
export { customerActor, staffActor, taskActor, TASKS, type Actor, type StaffActor, type Task } from './actor.ts';
export type { AccessRequest, Distilling, Gate, LinkReading, RecordSpan } from './gate.ts';
export type { SealedCasePart } from './in-case.ts';
export type { OpenedMessage, SealedMessage, ShownOn } from './page.ts';
export { fileKeyProvider } from './key-files.ts';
export { rootLeaseMs, withBankHolders, type KeyProvider, type RootHolder, type RootOwner } from './key-provider.ts';
export {
  readReleases,
  returnKeys,
  runKeyService,
  withdrawKeys,
  type KeyService,
  type Releases,
} from './key-service.ts';
export { keyServiceClient, releasesAt, type KeyServiceAccess } from './key-service-client.ts';
export { provenLeases, reconcile, type ReconciledDay } from './leases.ts';
export type { ConsentDraft, DeletionDraft, DeliveryDraft, LedgerDraft } from './ledger-records.ts';
export type { Entered, Ledger, LedgerPage, LedgerSpan } from './ledger.ts';
export type { RoutedKey } from './keys.ts';
export { stages } from './matching.ts';
export type { OperatorKeys, SealedForOperator } from './operator-keys.ts';
export { Plaintext } from './plaintext.ts';
export type {
  AlertContent,
  AskedOfBank,
  OpenedRecord,
  OrderDetail,
  RecordContent,
  RecordDraft,
  RecordSelection,
  ShipmentDetail,
  SignedBy,
  StoredRecord,
  ToldRecord,
} from './records.ts';
export type { StandingRecord } from './standing.ts';
export type { KeptReceipt } from './receipts.ts';
export { columnOfLink, type SealedColumn } from './rekey.ts';
export { isKeyShut } from './roots.ts';
export { keyRotation, type KeyRotation, type NotRotated, type Rotated } from './rotation.ts';
export { messageEpoch, sealMessageOf, type CasePlace, type CustomerSealer, type LinkSealer } from './sealing.ts';
export { createVault, type Erased, type ErasedAccount, type ErasedBefore, type Vault } from './vault.ts';
export type { HeldOfBank, LooseEntry } from './withdrawing.ts';
