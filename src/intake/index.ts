export type { IntakeCount } from './counts.ts';
export { createIntake, type Intake } from './intake.ts';
export type { IntakeParts } from './parts.ts';
export { BatchRefusal } from './parse.ts';
export type { WebhookHeaders } from './signature.ts';
