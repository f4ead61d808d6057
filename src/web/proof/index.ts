export { toBase64 } from './bytes.ts';
export { canonical, isInLog, stepsOf, type Steps } from './check.ts';
export { findWitnesses, type NamedWitness, type WitnessFinding, type WitnessKeys } from './cosignature.ts';
export { openCheckpoint, type Checkpoint, type NoteProblem } from './note.ts';
export { continues, subtreesFromTiles } from './tree.ts';
