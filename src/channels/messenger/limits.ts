/** Meta: what a body of the Send API and of the profile may hold. Lengths are in characters. */
export const MESSENGER_LIMITS = {
  text: 2000,
  metadata: 1000,
  /** Quick replies of a message. */
  quickReplies: 13,
  /** The title of a button or a quick reply. */
  buttonTitle: 20,
  payload: 1000,
  /** Buttons of a template, or of one of its elements. */
  buttons: 3,
  /** The text of a button template. */
  buttonText: 640,
  /** Elements of a generic template. */
  elements: 10,
  /** Title and subtitle of an element. */
  title: 80,
  receiptElements: 100,
  batch: 50,
  greeting: 160,
  iceBreakers: 4,
  iceBreakerQuestion: 80,
  menuItems: 20,
  menuTitle: 30,
  domains: 50,
} as const;
