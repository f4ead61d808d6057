/** What both messengers of Meta need to know of the operator's app there. */
export interface MetaApp {
  /** Where the Graph API is, with its version: `https://graph.facebook.com/v26.0`. */
  readonly graph: string;
  readonly appId: string;
  readonly appSecret: string;
  /** What the messenger names when it asks whether the webhook's address is ours. */
  readonly verifyToken: string;
}

/** A page that people write to in Messenger. */
export interface MessengerPage {
  readonly pageId: string;
  readonly name: string;
  readonly accessToken: string;
}

/** A business number that people write to in WhatsApp. */
export interface WhatsAppNumber {
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  /** As people dial it, in digits. */
  readonly displayNumber: string;
  readonly name: string;
  readonly accessToken: string;
}

/** Messenger, as an operator set it up. */
export interface MessengerSettings extends MetaApp {
  readonly pages: readonly MessengerPage[];
}

/** WhatsApp, as an operator set it up. */
export interface WhatsAppSettings extends MetaApp {
  readonly numbers: readonly WhatsAppNumber[];
}
