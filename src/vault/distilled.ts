import type { Clock, LinkId, Random } from '#base';
import type { LinkKey } from './keys.ts';
import { sealDistilled, type DistilledPlace } from './sealing.ts';

/**
 * What was made of a link's records, such as the names of its merchants, so that the next question need not open all
 * of them again. It is kept sealed under that link's own key, which is here only while the gate uses it: reading it
 * takes the same key, lock and entry as reading the records, and from the end of the link on nobody reads it.
 */
export interface Distilled {
  /** What was made of records that stood as they stand now, still sealed; undefined when they stand otherwise. */
  find(of: Pick<LinkKey, 'linkId' | 'epoch'>, place: DistilledPlace, standing: string): Buffer | undefined;
  keep(key: LinkKey, place: DistilledPlace, standing: string, made: unknown): void;
}

interface Kept {
  /** How the records stood of which it was made. */
  readonly standing: string;
  readonly epoch: number;
  readonly sealed: Buffer;
  readonly untilMs: number;
}

/** A conversation about one's money goes on for minutes. */
const keptMs = 10 * 60_000;
/** Some thousand customers who ask at once. */
const bytesMax = 64 * 1024 * 1024;

/** Makes the memory, empty. What was not used for ten minutes is dropped, and what was used least when there is too much. */
export function createDistilled({ clock, random }: { readonly clock: Clock; readonly random: Random }): Distilled {
  // In the order of their last use.
  const kept = new Map<string, Kept>();
  let bytes = 0;
  const drop = (name: string): void => {
    bytes -= kept.get(name)?.sealed.length ?? 0;
    kept.delete(name);
  };
  const put = (name: string, one: Kept): void => {
    drop(name);
    kept.set(name, one);
    bytes += one.sealed.length;
    for (const [oldest, { untilMs }] of kept) {
      if (bytes <= bytesMax && untilMs > clock.monotonicMs()) return;
      drop(oldest);
    }
  };
  const nameOf = (linkId: LinkId, place: DistilledPlace): string => `${place}|${linkId}`;
  const untilMs = (): number => clock.monotonicMs() + keptMs;
  return {
    find: ({ linkId, epoch }, place, standing) => {
      const name = nameOf(linkId, place);
      const one = kept.get(name);
      if (one?.standing !== standing || one.epoch !== epoch || one.untilMs <= clock.monotonicMs()) return undefined;
      put(name, { ...one, untilMs: untilMs() });
      return one.sealed;
    },
    keep: (key, place, standing, made) => {
      const sealed = sealDistilled(key, place, standing, made, random);
      put(nameOf(key.linkId, place), { standing, epoch: key.epoch, sealed, untilMs: untilMs() });
    },
  };
}
