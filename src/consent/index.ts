export {
  caseConsentOf,
  caseConsentsOfCustomer,
  closeCaseConsent,
  closeCaseConsentsOf,
  linksWithCases,
  openCaseConsent,
  reopenCaseConsent,
  requireCaseConsent,
  staffMay,
  widenCaseConsent,
  type CaseClosedBy,
  type CaseConsent,
  type StaffMay,
} from './case-consents.ts';
export { consentRecord } from './consent-record.ts';
export {
  consentDocument,
  consentIdsOf,
  consentsOf,
  consentsStillInForce,
  endConsent,
  endConsents,
  endedConsentsOf,
  grantConsent,
  linksToExpire,
  lockConsent,
  purposesInForce,
  removeConsents,
  requireConsent,
  type Consent,
} from './consents.ts';
export { composeDisclosure, DISCLOSURE_VERSION } from './disclosure.ts';
export { exampleAccount, exampleBalance, exampleFreeze, examplePurchase, exampleReceipt } from './example-cards.ts';
export { markReminded, remindersDue, type DueReminder } from './reminders.ts';
export { standingAfter, type CausedBy, type ConsentChange } from './transitions.ts';
