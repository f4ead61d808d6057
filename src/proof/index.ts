export type { EntryPlace } from './append.ts';
export { fileMemory } from './checkpoint-memory.ts';
export { saltOf, type LogEntry, type LogRecord } from './entry.ts';
export { continuesOffline, exportOf, verifyExport, type LogExport, type Verdict } from './export.ts';
export { createProofLog, type EntryProof, type ProofLog, type Proofs } from './log.ts';
export { readLogKey } from './log-key.ts';
export { parseVerifier, type Verifier } from './note.ts';
export { verifyLog, type LogFetch } from './verify-log.ts';
