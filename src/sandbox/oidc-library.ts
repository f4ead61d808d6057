/**
 * `oidc-provider`, loaded here alone. It warns on the console of every Node that is not yet named LTS; the
 * one that this project pins is chosen and tested, so that line is left out of what a person sees.
 */
const { warn } = console;
// oxlint-disable no-console
console.warn = (...words: unknown[]) => {
  if (!String(words[0]).includes('Unsupported runtime')) warn(...words);
};
const library = await import('oidc-provider').finally(() => {
  console.warn = warn;
});

export const { errors, interactionPolicy, Provider } = library;
