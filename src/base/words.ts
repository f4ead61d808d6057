import { createIntl, createIntlCache } from '@formatjs/intl';

/** A sentence of a catalogue, in one of the languages there are. */
export type Words<Key extends string> = (
  locale: 'en' | 'es',
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string;

/**
 * Binds two catalogues of ICU messages with the same keys. Figures are written as in the United States in
 * both languages. A missing argument is a mistake of ours and throws, so that nobody reads "{bank}".
 */
export function catalogue<Key extends string>(messages: {
  readonly en: Readonly<Record<Key, string>>;
  readonly es: Readonly<Record<Key, string>>;
}): Words<Key> {
  const onError = (error: Error): never => {
    throw error;
  };
  const cache = createIntlCache();
  const speaking = {
    en: createIntl({ locale: 'en-US', messages: messages.en, onError }, cache),
    es: createIntl({ locale: 'es-US', messages: messages.es, onError }, cache),
  };
  return (locale, key, values) => speaking[locale].formatMessage({ id: key }, values);
}
