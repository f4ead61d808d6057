import type { PreparedAnswer } from '#contract';

/** What Tellerline answers to a question of an intent, until a bank writes its own. */
export const INTENT_ANSWERS: readonly PreparedAnswer[] = [];
