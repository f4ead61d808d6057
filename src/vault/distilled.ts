import type { Clock, LinkId, Random } from '#base';
import type { LinkKey } from './keys.ts';
import { sealDistilled, type DistilledPlace } from './sealing.ts';

/** Under which name something is kept of a link. */
export interface DistilledName {
  readonly place: DistilledPlace;
  /** Of which of its records it was made; empty: of all of a kind. */
  readonly of: string;
}

/**
 * What was made of a link's records, such as the names of its merchants or a long reading itself, so that the next
 * question need not open all of them again. It is kept sealed under that link's own key, which is here only while the gate uses it: reading it
 * takes the same key, lock and entry as reading the records, and from the end of the link on nobody reads it.
 */
export interface Distilled {
  /** What was made of records that stood as they stand now, still sealed; undefined when they stand otherwise. */
  find(of: Pick<LinkKey, 'linkId' | 'epoch'>, name: DistilledName, standing: string): Buffer | undefined;
  /** Whether anything is kept under a name, of records that stood in whatever way. */
  knows(linkId: LinkId, name: DistilledName): boolean;
  keep(key: LinkKey, name: DistilledName, standing: string, made: unknown): void;
}

interface Kept {
  /** How the records stood of which it was made. */
  readonly standing: string;
  readonly epoch: number;
  readonly sealed: Buffer;
  readonly untilMs: number;
}

/** What something kept is bound to beside its place, link and epoch: of which records it was made, and how they stood. */
export const rowOf = ({ of }: DistilledName, standing: string): string => `${of}|${standing}`;

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
  const nameOf = (linkId: LinkId, { place, of }: DistilledName): string => `${place}|${linkId}|${of}`;
  const untilMs = (): number => clock.monotonicMs() + keptMs;
  return {
    find: ({ linkId, epoch }, of, standing) => {
      const name = nameOf(linkId, of);
      const one = kept.get(name);
      if (one?.standing !== standing || one.epoch !== epoch || one.untilMs <= clock.monotonicMs()) return undefined;
      put(name, { ...one, untilMs: untilMs() });
      return one.sealed;
    },
    knows: (linkId, of) => (kept.get(nameOf(linkId, of))?.untilMs ?? 0) > clock.monotonicMs(),
    keep: (key, of, standing, made) => {
      const sealed = sealDistilled(key, of.place, rowOf(of, standing), made, random);
      put(nameOf(key.linkId, of), { standing, epoch: key.epoch, sealed, untilMs: untilMs() });
    },
  };
}
