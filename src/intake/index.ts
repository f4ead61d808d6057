export type { IntakeCount } from './counts.ts';
export { createIntake, type Intake } from './intake.ts';
export { noOrderSenders, type CarrierSettings, type OrderSenders, type ShopSettings } from './orders/senders.ts';
export { publicKeyOf } from './orders/signatures.ts';
export type { IntakeParts } from './parts.ts';
export { BatchRefusal } from './parse.ts';
export type { WebhookHeaders } from './signature.ts';
