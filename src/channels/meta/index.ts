export { readAnswer, type GraphAnswer, type GraphError } from './answers.ts';
export { partsIn, readBody, type Part, type Unread } from './body.ts';
export { errorsOf, readAccountChange } from './changes.ts';
export { fieldsOf, idOf, keyOf, listOf, numberOf, referenceOf, textOf, timeOf, wordOf, type Fields } from './fields.ts';
export type { MessengerPage, MessengerSettings, MetaApp, WhatsAppNumber, WhatsAppSettings } from './settings.ts';
export { answerHandshake, appSecretProof, verifySignature } from './signature.ts';
