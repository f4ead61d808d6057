import {
  drawMap,
  needsWorld,
  pinOf,
  type MapDrawing,
  type MapLine,
  type MapRequest,
  type MapSubject,
  type MapText,
  type Pin,
} from '#contract';
import type { Words as Texts } from '#web/words';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './card.module.css';
import { loadAmerica, loadWorld } from './geography.ts';

/** What is to be seen on the map, and the words of its names. */
export interface DrawnMapProps {
  readonly subjects: readonly MapSubject[];
  readonly words: Texts;
  /** Through the places, in their order. */
  readonly line?: MapLine | undefined;
  /** What it shows, where "a map with a pin" does not say it. */
  readonly name?: string | undefined;
}

/** The map itself: loaded when the first one nears the screen, with d3-geo and the atlases. */
export function DrawnMap({ subjects, words, line, name }: DrawnMapProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapDrawing | undefined>(undefined);
  // The subjects are made anew with every drawing of the card; what they say changes seldom.
  const key = JSON.stringify({ subjects, line });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const shown = JSON.parse(key) as Pick<DrawnMapProps, 'subjects' | 'line'>;
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
      {map ? <Drawing map={map} name={name ?? nameOf(map, subjects, words)} isHeld={isHeld(subjects)} /> : null}
    </div>
  );
}

async function draft(request: MapRequest): Promise<MapDrawing | undefined> {
  const america = await loadAmerica();
  return drawMap(request, needsWorld(request, america) ? await loadWorld() : america);
}

const isHeld = (subjects: readonly MapSubject[]): boolean => subjects.some(({ look }) => look === 'held');

function requestOf(
  { subjects, line }: Pick<DrawnMapProps, 'subjects' | 'line'>,
  words: Texts,
  width: number,
  height: number,
): MapRequest {
  const region = subjects.find((subject) => subject.kind === 'region');
  return {
    width: Math.round(width),
    height: Math.round(height),
    pins: subjects.flatMap((subject) => (subject.kind === 'pin' ? subject : [])),
    ...(line && { line }),
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

function nameOf(map: MapDrawing, subjects: readonly MapSubject[], words: Texts): string {
  const pinned = subjects.flatMap((subject) => (subject.kind === 'pin' ? subject.name : []));
  const places = words.list([...new Set(pinned)]);
  return map.shows
    ? words.say(places ? 'map.pinIn' : 'map.region', { region: map.shows, places })
    : words.say('map.pins', { places });
}

interface DrawingProps {
  readonly map: MapDrawing;
  readonly name: string;
  readonly isHeld: boolean;
}

function Drawing({ map, name, isHeld: held }: DrawingProps): ReactNode {
  const many = map.pins.length > 1;
  const tint = held ? 'var(--fraud)' : 'var(--bank)';
  return (
    <svg role="img" aria-label={name}>
      <rect width="100%" height="100%" fill="var(--map-water)" />
      <path d={map.abroad} fill="var(--map-land)" stroke="var(--map-land)" strokeWidth="1.5" />
      <path d={map.lakes} fill="var(--map-water)" />
      <path d={map.states} fill="var(--map-land)" />
      <path d={map.tint} fill={tint} opacity=".22" />
      <path d={map.stateLines} fill="none" stroke="var(--map-state)" />
      <path d={map.countryLines} fill="none" stroke="var(--map-country)" strokeWidth="1.25" />
      <path d={map.tint} fill="none" stroke={tint} strokeWidth="1.5" />
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
      <path
        d={map.line}
        fill="none"
        stroke="var(--ink-quiet)"
        strokeWidth="1.75"
        strokeDasharray="0.1 5"
        strokeLinecap="round"
      />
      {map.pins.map(({ x, y, look }) => (
        <PinAt key={`${x},${y}`} x={x} y={y} pin={pinOf(look, many)} />
      ))}
      {map.between ? <Words box={map.between} size={10} /> : null}
      {map.labels.map((label) => (
        <Label key={label.text} label={label} />
      ))}
    </svg>
  );
}

function PinAt({ x, y, pin }: { readonly x: number; readonly y: number; readonly pin: Pin }): ReactNode {
  const { radius, fill, stroke, strokeWidth, halo } = pin;
  return (
    <g>
      {halo ? <circle cx={x} cy={y} r={halo} fill={`var(--${fill})`} opacity=".14" /> : null}
      <circle cx={x} cy={y} r={radius} fill={`var(--${fill})`} stroke={`var(--${stroke})`} strokeWidth={strokeWidth} />
    </g>
  );
}

function Label({ label }: { readonly label: MapText }): ReactNode {
  const { x, y, width, height, text, detail } = label;
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} rx="7" fill="var(--surface)" stroke="var(--line)" />
      <text
        x={detail ? x + 8 : x + width / 2}
        y={y + 15.8}
        fontSize="11.5"
        fontWeight="600"
        textAnchor={detail ? 'start' : 'middle'}
        fill="var(--ink)"
      >
        {text}
      </text>
      {detail ? (
        <text x={x + 8} y={y + 30.2} fontSize="11.5" fill="var(--ink-quiet)">
          {detail}
        </text>
      ) : null}
    </g>
  );
}

/** Words on the land itself, with an edge of it around each letter. */
function Words({ box, size }: { readonly box: MapText; readonly size: number }): ReactNode {
  return (
    <text
      x={box.x + box.width / 2}
      y={box.y + box.height / 2 + size * 0.36}
      fontSize={size}
      textAnchor="middle"
      fill="var(--ink-quiet)"
      stroke="var(--map-land)"
      strokeWidth="3"
      paintOrder="stroke"
    >
      {box.text}
    </text>
  );
}
