import type { Surroundings } from '#web/hub';

/** What a browser gives the chat: time, chance, and a little storage that outlives the page. */
export interface KeepingSurroundings extends Surroundings {
  readonly storage: Storage;
}

/** A string kept by name; may be full or forbidden, then it forgets. */
export interface Storage {
  names(): readonly string[];
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  remove(name: string): void;
}

const prefix = 'tellerline.';

/** localStorage under our own prefix. Where the browser forbids it, things are kept while the page lives. */
export function browserStorage(): Storage {
  const memory = new Map<string, string>();
  const attempt = <Value>(use: (storage: globalThis.Storage) => Value, otherwise: () => Value): Value => {
    try {
      return use(window.localStorage);
    } catch {
      return otherwise();
    }
  };
  return {
    names: () =>
      attempt(
        (kept) =>
          Object.keys(kept)
            .filter((name) => name.startsWith(prefix))
            .map((name) => name.slice(prefix.length)),
        () => [...memory.keys()],
      ),
    get: (name) =>
      attempt(
        (kept) => kept.getItem(prefix + name) ?? undefined,
        () => memory.get(name),
      ),
    set: (name, value) =>
      attempt(
        (kept) => kept.setItem(prefix + name, value),
        () => void memory.set(name, value),
      ),
    remove: (name) =>
      attempt(
        (kept) => kept.removeItem(prefix + name),
        () => void memory.delete(name),
      ),
  };
}
