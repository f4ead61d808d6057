export type { EntryPlace } from './append.ts';
export { saltOf, type LogEntry, type LogRecord } from './entry.ts';
export { createProofLog, type EntryProof, type ProofLog, type Proofs } from './log.ts';
export { readLogKey } from './log-key.ts';
