/** The longest message that a customer may type, in characters; what messengers themselves allow is near it. */
export const MESSAGE_CHARACTERS_MAX = 2000;

/** A consent lasts one year at most (12 CFR 1033.421(b)(2)). */
export const CONSENT_DAYS_MAX = 365;
