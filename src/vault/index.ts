export { customerActor, taskActor, TASKS, type Actor, type Task } from './actor.ts';
export type { AccessRequest, Gate, OpenedMessage, SealedMessage } from './gate.ts';
export { fileKeyProvider, type KeyProvider } from './key-provider.ts';
export { Plaintext } from './plaintext.ts';
export type { OpenedRecord, RecordContent, RecordDraft, RecordSelection, StoredRecord } from './records.ts';
export type { CustomerSealer, LinkSealer } from './sealing.ts';
export { createVault, type Erased, type OneCallSecret, type Vault } from './vault.ts';
