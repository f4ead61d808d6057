import { useEffect, useState } from 'react';
import type { Listed } from './ledger.ts';

/** What looking at the newest checkpoint found; undefined until it has. What comes after a newer one is left out. */
export function useLooked<Found>(
  newest: Listed | undefined,
  look: (newest: Listed) => Promise<Found>,
): Found | undefined {
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    if (!newest) return;
    let stale = false;
    void look(newest).then((now) => {
      if (!stale) setFound(now);
    });
    return () => {
      stale = true;
    };
  }, [newest, look]);
  return found;
}
