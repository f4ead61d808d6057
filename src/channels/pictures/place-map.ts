import {
  drawMap,
  needsWorld,
  pinOf,
  readGeography,
  trimAtlas,
  type Atlas,
  type CardWords,
  type Geography,
  type MapDrawing,
  type MapLine,
  type MapSubject,
  type MapText,
} from '#contract';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Topology } from 'topojson-specification';
import { cardWidth } from './anatomy.ts';
import { box, words, type Element } from './element.ts';
import type { Palette } from './palette.ts';
import { ascent, descent, widthOf } from './typeface.ts';

/** The small map at the foot of a card: its words for the layout, its land as SVG beneath them. */
export interface PlaceMap {
  readonly element: Element;
  /** What lies under the words, for a box at 0, 0. */
  readonly under: string;
}

const require = createRequire(import.meta.url);
/** Trimmed to what a map of card size can show: countries are drawn smaller than states. */
const atlas = (name: string, apartDegrees: number): Topology =>
  trimAtlas(JSON.parse(readFileSync(require.resolve(name), 'utf8')) as Topology & Atlas, apartDegrees);

let america: Geography | undefined;
let world: Geography | undefined;
const loadAmerica = (): Geography => (america ??= readGeography(atlas('us-atlas/states-10m.json', 0.01)));
const loadWorld = (): Geography =>
  (world ??= readGeography(loadAmerica().statesTopology, atlas('world-atlas/countries-50m.json', 0.05)));

/** How a map is wanted: its height in pixels, and the line through its places. */
export interface MapWanted {
  readonly texts: CardWords;
  readonly palette: Palette;
  readonly height: number;
  readonly line?: MapLine | undefined;
}

/** Draws the map of some places, or answers undefined where no atlas knows them. `height` in pixels. */
export function placeMap(
  subjects: readonly MapSubject[],
  { texts, palette, height, line }: MapWanted,
): PlaceMap | undefined {
  if (subjects.length === 0) return undefined;
  const region = subjects.find((subject) => subject.kind === 'region');
  const request = {
    width: cardWidth,
    height,
    pins: subjects.flatMap((subject) => (subject.kind === 'pin' ? [subject] : [])),
    ...(region && { region }),
    ...(line && { line }),
    measure: (text: string, kind: 'label' | 'name') =>
      kind === 'label' ? widthOf(text, 11.5, 600) : widthOf(text, 10, 400) + text.length * 0.6,
    countryName: texts.country,
  };
  const map = drawMap(request, needsWorld(request, loadAmerica()) ? loadWorld() : loadAmerica());
  return (
    map && {
      element: wordsOf(map, height, palette),
      under: landOf(map, { height, palette, isHeld: region?.look === 'held' }),
    }
  );
}

function wordsOf(map: MapDrawing, height: number, palette: Palette): Element {
  const middle = { position: 'absolute', alignItems: 'center', justifyContent: 'center' } as const;
  const names = map.names.map(({ x, y, width, text }) =>
    // The baseline of a name is 2.5 px above the foot of its room.
    box({ ...middle, left: x - 4, top: y + 12 - 2.5 - baseline(10, 12), width: width + 8, height: 12 }, [
      words({ fontSize: 10, lineHeight: '12px', letterSpacing: 0.6, color: palette('map-label') }, text),
    ]),
  );
  const labels = map.labels.map((label) => labelOf(label, palette));
  const between = map.between ? [betweenOf(map.between, palette)] : [];
  return box(
    { position: 'relative', width: cardWidth, height, borderTop: `1px solid ${palette('line')}` },
    [...names, ...between, ...labels],
    'map',
  );
}

function labelOf({ x, y, width, height, text, detail }: MapText, palette: Palette): Element {
  const place = { position: 'absolute', left: x, top: y, width, height } as const;
  const edge = { borderRadius: 7, backgroundColor: palette('surface'), border: `1px solid ${palette('line')}` };
  const said = { fontSize: 11.5, lineHeight: '15px', overflow: 'visible' } as const;
  const lines = [words({ ...said, fontWeight: 600, color: palette('ink') }, text)];
  if (detail === undefined) return box({ ...place, ...edge, alignItems: 'center', justifyContent: 'center' }, lines);
  const second = words({ ...said, color: palette('ink-quiet') }, detail);
  return box({ ...place, ...edge, flexDirection: 'column', padding: '3px 7px' }, [...lines, second]);
}

function betweenOf({ x, y, width, height, text }: MapText, palette: Palette): Element {
  return box({ position: 'absolute', left: x, top: y, width, height, alignItems: 'center', justifyContent: 'center' }, [
    words({ fontSize: 10, lineHeight: '12px', color: palette('ink-quiet'), overflow: 'visible' }, text),
  ]);
}

/** Where the baseline lies in a line of that height. */
const baseline = (size: number, line: number): number => line / 2 + ((ascent - descent) / 2) * size;

interface LandWanted {
  readonly height: number;
  readonly palette: Palette;
  readonly isHeld: boolean;
}

function landOf(map: MapDrawing, { height, palette, isHeld }: LandWanted): string {
  const many = map.pins.length > 1;
  const tint = palette(isHeld ? 'fraud' : 'bank');
  const pins = map.pins.map(({ x, y, look }) => {
    const { radius, fill, stroke, strokeWidth, halo } = pinOf(look, many);
    const around = halo > 0 ? `<circle cx="${x}" cy="${y}" r="${halo}" fill="${palette(fill)}" opacity=".14"/>` : '';
    return `${around}<circle cx="${x}" cy="${y}" r="${radius}" fill="${palette(fill)}" stroke="${palette(stroke)}" stroke-width="${strokeWidth}"/>`;
  });
  const path = (d: string, attributes: string): string => (d ? `<path d="${d}" ${attributes}/>` : '');
  return [
    `<clipPath id="map"><rect width="${cardWidth}" height="${height}"/></clipPath><g clip-path="url(#map)">`,
    `<rect width="${cardWidth}" height="${height}" fill="${palette('map-water')}"/>`,
    path(map.abroad, `fill="${palette('map-land')}" stroke="${palette('map-land')}" stroke-width="1.5"`),
    path(map.lakes, `fill="${palette('map-water')}"`),
    path(map.states, `fill="${palette('map-land')}"`),
    path(map.tint, `fill="${tint}" opacity=".22"`),
    path(map.stateLines, `fill="none" stroke="${palette('map-state')}"`),
    path(map.countryLines, `fill="none" stroke="${palette('map-country')}" stroke-width="1.25"`),
    path(map.tint, `fill="none" stroke="${tint}" stroke-width="1.5"`),
    path(
      map.line,
      `fill="none" stroke="${palette('ink-quiet')}" stroke-width="1.75" stroke-dasharray="0.1 5" stroke-linecap="round"`,
    ),
    ...pins,
    '</g>',
  ].join('');
}
