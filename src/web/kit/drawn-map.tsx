import { drawMap, needsWorld, type MapDrawing, type MapRequest, type MapSubject } from '#contract';
import type { Words } from '#web/words';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './card.module.css';
import { loadAmerica, loadWorld } from './geography.ts';

/** What is to be seen on the map, and the words of its names. */
export interface DrawnMapProps {
  readonly subjects: readonly MapSubject[];
  readonly words: Words;
}

/** The map itself: loaded when the first one nears the screen, with d3-geo and the atlases. */
export function DrawnMap({ subjects, words }: DrawnMapProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapDrawing | undefined>(undefined);
  // The subjects are made anew with every drawing of the card; what they say changes seldom.
  const key = JSON.stringify(subjects);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const shown = JSON.parse(key) as MapSubject[];
    let drawn = 0;
    let gone = false;
    const draw = (): void => {
      const { width, height } = element.getBoundingClientRect();
      if (width < 50 || Math.abs(width - drawn) < 1) return;
      drawn = width;
      const request = requestOf(shown, words, width, height);
      draft(request).then(
        (made) => {
          if (!gone && drawn === width) setMap(made);
        },
        () => {
          // The atlas could not be fetched: place and time stand in words above; the next look tries again.
          drawn = 0;
        },
      );
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => {
      gone = true;
      observer.disconnect();
    };
  }, [key, words]);

  return (
    <div ref={box} className={styles.mapBox}>
      {map ? <Drawing map={map} subjects={subjects} words={words} /> : null}
    </div>
  );
}

async function draft(request: MapRequest): Promise<MapDrawing | undefined> {
  const america = await loadAmerica();
  return drawMap(request, needsWorld(request, america) ? await loadWorld() : america);
}

function requestOf(subjects: readonly MapSubject[], words: Words, width: number, height: number): MapRequest {
  const region = subjects.find((subject) => subject.kind === 'region');
  return {
    width: Math.round(width),
    height: Math.round(height),
    pins: subjects.flatMap((subject) =>
      subject.kind === 'pin' ? { lat: subject.lat, lon: subject.lon, label: subject.label } : [],
    ),
    ...(region ? { region: { country: region.country, ...(region.state ? { state: region.state } : {}) } } : {}),
    measure,
    countryName: words.country,
  };
}

let context: CanvasRenderingContext2D | null | undefined;

function measure(text: string, kind: 'label' | 'name'): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 8;
  context.font = `${kind === 'label' ? '600 11.5px' : '10px'} ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width + (kind === 'name' ? text.length * 0.6 : 0);
}

function Drawing({ map, subjects, words }: DrawnMapProps & { readonly map: MapDrawing }): ReactNode {
  const pinned = subjects.flatMap((subject) => (subject.kind === 'pin' ? subject.name : []));
  const places = words.list([...new Set(pinned)]);
  const name = map.shows
    ? words.say(places ? 'map.pinIn' : 'map.region', { region: map.shows, places })
    : words.say('map.pins', { places });
  const many = map.pins.length > 1;
  return (
    <svg role="img" aria-label={name}>
      <rect width="100%" height="100%" fill="var(--map-water)" />
      <path d={map.abroad} fill="var(--map-land)" stroke="var(--map-land)" strokeWidth="1.5" />
      <path d={map.lakes} fill="var(--map-water)" />
      <path d={map.states} fill="var(--map-land)" />
      <path d={map.tint} fill="var(--bank)" opacity=".22" />
      <path d={map.stateLines} fill="none" stroke="var(--map-state)" />
      <path d={map.countryLines} fill="none" stroke="var(--map-country)" strokeWidth="1.25" />
      <path d={map.tint} fill="none" stroke="var(--bank)" strokeWidth="1.5" />
      {map.names.map(({ x, y, width, height, text }) => (
        <text
          key={text}
          x={x + width / 2}
          y={y + height - 2.5}
          fontSize="10"
          letterSpacing=".06em"
          textAnchor="middle"
          fill="var(--map-label)"
        >
          {text}
        </text>
      ))}
      {map.pins.map(({ x, y }) => (
        <g key={`${x},${y}`}>
          <circle cx={x} cy={y} r={many ? 10 : 15} fill="var(--bank)" opacity=".14" />
          <circle
            cx={x}
            cy={y}
            r={many ? 4.5 : 6.5}
            fill="var(--bank)"
            stroke="var(--surface)"
            strokeWidth={many ? 1.75 : 2.5}
          />
        </g>
      ))}
      {map.labels.map(({ x, y, width, height, text }) => (
        <g key={text}>
          <rect x={x} y={y} width={width} height={height} rx="7" fill="var(--surface)" stroke="var(--line)" />
          <text x={x + width / 2} y={y + 15.8} fontSize="11.5" fontWeight="600" textAnchor="middle" fill="var(--ink)">
            {text}
          </text>
        </g>
      ))}
    </svg>
  );
}
