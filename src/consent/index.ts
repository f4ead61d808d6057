export {
  consentDocument,
  consentsOf,
  endConsent,
  grantConsent,
  linksToExpire,
  purposesInForce,
  removeConsents,
  requireConsent,
  type Consent,
  type EndedBy,
} from './consents.ts';
export { composeDisclosure, DISCLOSURE_VERSION } from './disclosure.ts';
