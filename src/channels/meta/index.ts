export { readAnswer, type GraphAnswer, type GraphError } from './answers.ts';
export { partsIn, readBody, type Part, type Unread } from './body.ts';
export { errorsOf, readAccountChange } from './changes.ts';
export { circuitsIn } from './circuit-store.ts';
export type { CircuitStore, StoppedBy } from './circuits.ts';
export { composer, type Compose, type Composed, type ComposeKind, type ComposeParts } from './compose.ts';
export { codeOf, remedyOf, type MetaPlatform, type Remedy } from './errors.ts';
export { fieldsOf, idOf, keyOf, listOf, numberOf, referenceOf, textOf, timeOf, wordOf, type Fields } from './fields.ts';
export { graphOf, type Graph, type GraphCall, type GraphResult } from './graph.ts';
export { mediaOf, type FetchMedia } from './media.ts';
export {
  metaSender,
  type MetaAccount,
  type MetaKind,
  type MetaRates,
  type MetaSender,
  type MetaSenderParts,
} from './sender.ts';
export { accountName, metaAppFields, metaAppOf, metaId, secretFields, type MetaApp } from './settings.ts';
export { metaChannel, type MetaPlace } from './channel.ts';
export { answerHandshake, appSecretProof, verifySignature } from './signature.ts';
export { isAtMost, runsOf, type AtMost } from './at-most.ts';
export { linesOf, listedWords, messageWords, type CardLine } from './card-lines.ts';
export { payloads, repliesOf, tapsOf, type Press, type Tap } from './pressing.ts';
export { withReference, type Rendering } from './rendering.ts';
export { shownTemplate, shownTogether } from './shown.ts';
export { isBlank, shorten, splitText } from './text.ts';
export { isApproved, templateHeard, templatesKept, type KeptTemplate } from './template-store.ts';
export { syncTemplates, type TemplateDone, type TemplatePlace } from './template-sync.ts';
export { templateCatalogue, templateFor, type ChosenTemplate, type TemplateDefinition } from './templates.ts';
export { word } from './words.ts';
export { RuleCheck, under, type Checked, type RuleBreak } from './rule-check.ts';
export { checkDefinition, checkSentTemplate } from './template-rules.ts';
