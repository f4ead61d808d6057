/** Meta: what a body of the Cloud API may hold. Lengths are in characters. */
export const WHATSAPP_LIMITS = {
  text: 4096,
  caption: 1024,
  /** The text of a message with buttons or an address. */
  interactiveText: 1024,
  listText: 4096,
  header: 60,
  footer: 60,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  /** Rows of a list, in all its sections. */
  rows: 10,
  sections: 10,
  sectionTitle: 24,
  rowTitle: 24,
  rowDescription: 72,
  rowId: 200,
  callbackData: 512,
} as const;
