import { useEffect, useState } from 'react';

/** Where somebody is at the desk. It stands in the address, so that the browser's own Back leads back. */
export type Place =
  | { readonly at: 'inbox' | 'live' | 'answers' | 'sessions' | 'settings' | 'looks' | 'withdraw' }
  | { readonly at: 'case'; readonly caseId: string };

const places = ['inbox', 'live', 'answers', 'sessions', 'settings', 'looks', 'withdraw'] as const;
const caseForm = /^#case\/([0-9a-f-]{36})$/;

/** The place that an address's fragment names; the inbox when it names none. */
export function placeOf(fragment: string): Place {
  const caseId = caseForm.exec(fragment)?.[1];
  if (caseId !== undefined) return { at: 'case', caseId };
  return { at: places.find((place) => fragment === `#${place}`) ?? 'inbox' };
}

/** The fragment of a place. */
export function fragmentOf(place: Place): string {
  return place.at === 'case' ? `#case/${place.caseId}` : `#${place.at}`;
}

/** Goes to a place. */
export function goTo(place: Place): void {
  location.hash = fragmentOf(place);
}

/** The place that the address names now. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return place;
}
