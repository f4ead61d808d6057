import { catalogue } from '#base';
import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };

/** Everything that is said in a conversation, in the customer's language. */
export const say = catalogue({ en, es });
/** The key of a sentence. */
export type Sentence = keyof typeof en;
