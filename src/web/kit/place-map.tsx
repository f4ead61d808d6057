import { useWords } from '#web/words';
import { useEffect, useRef, useState, type ComponentType, type ReactNode } from 'react';
import styles from './card.module.css';
import { classes } from './parts.tsx';
import type { DrawnMapProps } from './drawn-map.tsx';

let loaded: ComponentType<DrawnMapProps> | undefined;
const waiting = new Set<() => void>();

/** The drawing and its geography come with the first map that nears the screen. */
function load(): void {
  if (waiting.size > 1) return;
  import('./drawn-map.tsx').then(
    ({ DrawnMap }) => {
      loaded = DrawnMap;
      for (const ready of waiting) ready();
      waiting.clear();
    },
    () => {
      // Offline before the first map: the place keeps its room and its words; the next card tries again.
      waiting.clear();
    },
  );
}

/** A small map, edge to edge. It keeps its room from the start, so nothing moves when it is drawn. */
export function PlaceMap({
  subjects,
  tall = false,
  ...rest
}: Omit<DrawnMapProps, 'words'> & { readonly tall?: boolean }): ReactNode {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [Drawing, setDrawing] = useState<ComponentType<DrawnMapProps> | undefined>(() => loaded);
  const [near, setNear] = useState(false);

  useEffect(() => {
    const element = box.current;
    if (!element || near) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        setNear(true);
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [near]);

  useEffect(() => {
    if (!near || Drawing) return;
    const ready = (): void => setDrawing(() => loaded);
    if (loaded) return ready();
    waiting.add(ready);
    load();
    return () => void waiting.delete(ready);
  }, [near, Drawing]);

  if (subjects.length === 0) return null;
  return (
    <figure className={classes(styles.media)}>
      <div ref={box} className={classes(styles.map, tall && styles.mapTall)}>
        {near && Drawing ? <Drawing subjects={subjects} words={words} {...rest} /> : null}
      </div>
    </figure>
  );
}
