import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { untilNextMinute } from './clock.ts';
import type { DeskHub } from './hub.ts';
import type { DeskState } from './state.ts';
import type { DeskSync } from './sync.ts';

/** What lies over the desk. */
export type SheetName = 'keys' | 'transfer' | 'propose' | 'close' | 'canned' | 'me' | 'more';

/** What the desk's parts share besides its state: what is over it, and what one writes. */
export interface Surface {
  readonly sheet: SheetName | undefined;
  openSheet(sheet: SheetName | undefined): void;
  readonly writeAs: 'answer' | 'note';
  setWriteAs(as: 'answer' | 'note'): void;
  /** Whether the pane of what is shared stands in front, where there is no room for it beside the case. */
  readonly sharesInFront: boolean;
  showShares(on: boolean): void;
}

/** The parts of the desk. */
export interface Desk {
  readonly hub: DeskHub;
  readonly sync: DeskSync;
}

const DeskContext = createContext<Desk | undefined>(undefined);
const SurfaceContext = createContext<Surface | undefined>(undefined);

/** Gives the screens inside the hub and their copy of it. */
export const DeskProvider = DeskContext.Provider;
/** Gives the screens inside what lies over the desk. */
export const SurfaceProvider = SurfaceContext.Provider;

/** The hub and this desk's copy of it. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('a screen without a desk');
  return desk;
}

/** What the desk shows now. */
export function useDeskState(): DeskState {
  const { sync } = useDesk();
  return useSyncExternalStore(sync.subscribe, sync.snapshot);
}

/** What lies over the desk. */
export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('a screen without a surface');
  return surface;
}

/** A timer may fire a little early: looked at just before a minute ends, the clock would stand for another. */
const laterMs = 20;

/** The present, in milliseconds since 1970; new with each minute. */
export function useMinute(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    let timer = 0;
    const wait = (): void => {
      timer = window.setTimeout(
        () => {
          setNowMs(Date.now());
          wait();
        },
        untilNextMinute(Date.now()) + laterMs,
      );
    };
    wait();
    return () => window.clearTimeout(timer);
  }, []);
  return nowMs;
}
