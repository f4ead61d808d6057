import { geoConicEqualArea, geoContains, geoPath, type GeoProjection } from 'd3-geo';
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { greatLakes } from './great-lakes.ts';

/**
 * Geometry of the small maps in cards: pure, in pixels. Land, state and country lines, pins with labels,
 * names that give way to them. Drawn from `us-atlas` and `world-atlas`; no tiles, no zoom.
 */

/** A place on the globe, in degrees. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
  /** "Westerville, 2:14 PM"; a pin without a label carries none. */
  readonly label?: string;
}

/** What is known when there are no coordinates: a country (ISO 3166-1 alpha-2) and perhaps a US state ("OH"). */
export interface Region {
  readonly country: string;
  readonly state?: string;
}

export interface MapRequest {
  readonly width: number;
  readonly height: number;
  /** One or several; empty when only the region is known. */
  readonly pins: readonly Place[];
  readonly region?: Region;
  /** Width of a text: labels at 11.5 px semibold, names at 10 px. Without it an estimate for wide faces. */
  readonly measure?: (text: string, kind: 'label' | 'name') => number;
  /** A country's name in the reader's language; without it the atlas's English one. */
  readonly countryName?: (code: string) => string;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapText extends Box {
  readonly text: string;
}

/** Paths are SVG path data; boxes and points are in pixels from the top left. */
export interface MapDrawing {
  /** Countries other than the United States. */
  readonly abroad: string;
  /** The Great Lakes, which the countries' shapes leave out on the Canadian side only. */
  readonly lakes: string;
  readonly states: string;
  readonly stateLines: string;
  readonly countryLines: string;
  /** The region to tint, when there is no pin. */
  readonly tint: string;
  readonly pins: readonly { readonly x: number; readonly y: number }[];
  readonly labels: readonly MapText[];
  readonly names: readonly MapText[];
  /** The state or country in the middle, in English or as `countryName` writes it: for the words beside the map. */
  readonly shows: string | undefined;
}

type Area = Feature<Polygon | MultiPolygon, { readonly name: string }>;

interface Shape {
  readonly area: Area;
  /** ISO 3166-1 alpha-2 of a country, USPS code of a state. */
  readonly code: string;
  readonly name: string;
  /** West, south, east, north. */
  readonly bounds: readonly [number, number, number, number];
  readonly geometry: GeometryCollection['geometries'][number];
}

/** The atlases, unpacked once and used for every map. */
export interface Geography {
  readonly states: readonly Shape[];
  readonly countries: readonly Shape[];
  readonly statesTopology: Topology;
  readonly worldTopology: Topology | undefined;
}

/** Unpacks `us-atlas` states and, where it is loaded, `world-atlas` countries. */
export function readGeography(states: Topology, world?: Topology): Geography {
  return {
    states: shapesOf(states, 'states', (id) => stateCodes.get(id) ?? id),
    countries: world ? shapesOf(world, 'countries', countryCode) : [],
    statesTopology: states,
    worldTopology: world,
  };
}

function shapesOf(topology: Topology, object: string, code: (id: string) => string): Shape[] {
  const collection = topology.objects[object] as GeometryCollection<{ name: string }> | undefined;
  if (!collection) throw new Error(`an atlas without ${object}`);
  const { features } = feature(topology, collection) as FeatureCollection<Geometry, { name: string }>;
  return features.flatMap((area, index) => {
    const geometry = collection.geometries[index];
    if (!isArea(area) || !geometry) return [];
    return [{ area, geometry, code: code(String(area.id ?? '')), name: area.properties.name, bounds: boundsOf(area) }];
  });
}

function isArea(area: Feature<Geometry, { name: string }>): area is Area {
  return area.geometry.type === 'Polygon' || area.geometry.type === 'MultiPolygon';
}

function boundsOf({ geometry }: Area): Shape['bounds'] {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const points = polygons.flatMap((rings) => rings[0] ?? []);
  const lons = points.map(([lon = 0]) => lon);
  const lats = points.map(([, lat = 0]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** `world-atlas` names countries by ISO 3166-1 numeric; Unicode's aliases turn that into two letters. */
function countryCode(numeric: string): string {
  if (!/^\d{3}$/.test(numeric)) return numeric;
  const [language = ''] = Intl.getCanonicalLocales(`und-${numeric}`);
  return language.slice('und-'.length);
}

/** True when a map of this place would be wrong without the countries around the United States. */
export function needsWorld(request: MapRequest, geography: Geography): boolean {
  if (geography.worldTopology) return false;
  if (request.pins.length === 0) return request.region?.country !== 'US';
  const view = viewOf(request, geography);
  if (!view) return true;
  const steps = [0.02, 0.26, 0.5, 0.74, 0.98];
  return steps.some((across) =>
    steps.some((down) => {
      const point = view.invert?.([across * request.width, down * request.height]);
      return point !== null && point !== undefined && !stateAt(point, geography);
    }),
  );
}

function stateAt(point: readonly [number, number], geography: Geography): Shape | undefined {
  return shapeAt(point, geography.states);
}

function shapeAt(point: readonly [number, number], shapes: readonly Shape[]): Shape | undefined {
  const [lon, lat] = point;
  return shapes.find(
    ({ bounds: [west, south, east, north], area }) =>
      lon >= west && lon <= east && lat >= south && lat <= north && geoContains(area, [lon, lat]),
  );
}

/** Draws the map, or answers undefined when the region is in none of the atlases. */
export function drawMap(request: MapRequest, geography: Geography): MapDrawing | undefined {
  const projection = viewOf(request, geography);
  if (!projection) return undefined;
  const { width, height } = request;
  const measure = request.measure ?? estimate;
  projection.clipExtent([
    [-margin, -margin],
    [width + margin, height + margin],
  ]);
  const bounds = lookingAt(projection, width, height);
  const states = geography.states.filter((shape) => meets(shape.bounds, bounds));
  const countries = geography.countries.filter((shape) => meets(shape.bounds, bounds));
  const others = countries.filter(({ code }) => code !== 'US');
  const tinted = request.pins.length === 0 && request.region ? regionShape(request.region, geography) : undefined;

  const pins = request.pins.flatMap((pin) => {
    const point = projection([pin.lon, pin.lat]);
    return point ? [{ x: round(point[0]), y: round(point[1]), label: pin.label }] : [];
  });
  const labels = placeLabels(pins, { width, height }, measure);
  const drawn = [...states, ...others].map((shape) => ({ shape, rings: ringsOf(shape.area, projection) }));
  const nameOf = ({ code, name }: Shape): string =>
    states.some((state) => state.code === code) ? name : (request.countryName?.(code) ?? name);
  const [pin] = request.pins;
  const middle = tinted ?? (pin ? shapeAt([pin.lon, pin.lat], [...states, ...others]) : undefined);
  return {
    abroad: write(drawn.filter(({ shape }) => others.includes(shape)).flatMap(({ rings }) => rings)),
    lakes: others.length > 0 ? greatLakes.map((lake) => write(ringsOf(lake, projection))).join('') : '',
    states: write(drawn.filter(({ shape }) => states.includes(shape)).flatMap(({ rings }) => rings)),
    stateLines: linesOf(geography.statesTopology, states, projection),
    countryLines: geography.worldTopology ? linesOf(geography.worldTopology, countries, projection) : '',
    tint: tinted ? write(ringsOf(tinted.area, projection)) : '',
    pins: pins.map(({ x, y }) => ({ x, y })),
    labels,
    names: placeNames(
      drawn.map(({ shape, rings }) => ({ name: nameOf(shape).toLocaleUpperCase(), rings, first: shape === middle })),
      { width, height, taken: [...labels, ...pins.map(({ x, y }) => ({ x: x - 15, y: y - 15, width: 30, height: 30 }))] },
      measure,
    ),
    shows: middle ? nameOf(middle) : undefined,
  };
}

const margin = 4;
const earthKm = 6371;
/** Kilometres from edge to edge of a map with one pin: a state and its neighbours; wider abroad, where less is known. */
const spanKm = { home: 640, abroad: 1100 } as const;

/** The projection that shows what is asked for: conic equal area around its middle. */
function viewOf(request: MapRequest, geography: Geography): GeoProjection | undefined {
  const { width, height, pins } = request;
  const [pin, ...more] = pins;
  if (!pin) return regionView(request, geography);
  const spread = more.length === 0 ? undefined : spreadOf(pins);
  const middle = spread?.middle ?? [pin.lon, pin.lat];
  const projection = conic(middle[0], middle[1]);
  const span = stateAt(middle, geography) ? spanKm.home : spanKm.abroad;
  projection.scale((earthKm / span) * Math.max(width, 300));
  if (!spread) {
    // Pin and label stand in the middle together.
    const label = pin.label ? (request.measure ?? estimate)(pin.label, 'label') + labelPadding * 2 + pinToLabel : 0;
    return projection.translate([Math.max(width * 0.22, (width - label) / 2), height * 0.5]);
  }
  const points = pins.map(({ lon, lat }): Point => projection([lon, lat]) ?? [0, 0]);
  const across = extent(points.map(([x]) => x));
  const down = extent(points.map(([, y]) => y));
  const fit = Math.min((width - 120) / Math.max(1, across.to - across.from), (height - 56) / Math.max(1, down.to - down.from), 1);
  projection.scale(projection.scale() * fit).translate([0, 0]);
  const middlePoints = pins.map(({ lon, lat }): Point => projection([lon, lat]) ?? [0, 0]);
  const centre = [extent(middlePoints.map(([x]) => x)), extent(middlePoints.map(([, y]) => y))] as const;
  return projection.translate([width / 2 - middleOf(centre[0]), height / 2 - middleOf(centre[1])]);
}

function regionView({ region, width, height }: MapRequest, geography: Geography): GeoProjection | undefined {
  const shape = region ? regionShape(region, geography) : undefined;
  if (!shape) return undefined;
  const [west, south, east, north] = mainlandBounds(shape);
  const projection = conic((west + east) / 2, (south + north) / 2);
  const corners = [0, 0.5, 1].flatMap((across) =>
    [0, 0.5, 1].map((down): [number, number] => [west + (east - west) * across, south + (north - south) * down]),
  );
  return projection.fitExtent(
    [
      [20, 12],
      [width - 20, height - 12],
    ],
    { type: 'MultiPoint', coordinates: corners },
  );
}

/** Bounds of the largest part: France without its islands overseas, the United States without Alaska. */
function mainlandBounds({ area }: Shape): Shape['bounds'] {
  if (area.geometry.type === 'Polygon') return boundsOf(area);
  const parts = area.geometry.coordinates.map((coordinates) =>
    boundsOf({ ...area, geometry: { type: 'Polygon', coordinates } }),
  );
  const size = ([west, south, east, north]: Shape['bounds']): number =>
    (east - west) * (north - south) * Math.cos((((south + north) / 2) * Math.PI) / 180);
  const [largest = [0, 0, 0, 0]] = parts.sort((a, b) => size(b) - size(a));
  return largest;
}

function regionShape({ country, state }: Region, geography: Geography): Shape | undefined {
  const wanted = country === 'US' && state ? state.toUpperCase() : undefined;
  if (wanted) return geography.states.find(({ code, name }) => code === wanted || name.toUpperCase() === wanted);
  return geography.countries.find(({ code }) => code === country.toUpperCase());
}

function conic(lon: number, lat: number): GeoProjection {
  const parallels: [number, number] = [clampLat(lat - 6), clampLat(lat + 6)];
  // Parallels that cancel each other have no cone.
  if (Math.abs(parallels[0] + parallels[1]) < 1) parallels[1] += 2;
  return geoConicEqualArea().parallels(parallels).rotate([-lon, 0]).center([0, lat]).translate([0, 0]).precision(0.3);
}

const clampLat = (lat: number): number => Math.min(84, Math.max(-84, lat));

function spreadOf(pins: readonly Place[]): { readonly middle: readonly [number, number] } {
  const lons = extent(pins.map(({ lon }) => lon));
  const lats = extent(pins.map(({ lat }) => lat));
  return { middle: [middleOf(lons), middleOf(lats)] };
}

interface Extent {
  readonly from: number;
  readonly to: number;
}

const extent = (values: readonly number[]): Extent => ({ from: Math.min(...values), to: Math.max(...values) });
const middleOf = ({ from, to }: Extent): number => (from + to) / 2;
const round = (value: number): number => Math.round(value * 10) / 10;

/** Degrees that the view covers, with some air: enough to leave out shapes that cannot be seen. */
function lookingAt(projection: GeoProjection, width: number, height: number): Shape['bounds'] {
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const points = steps.flatMap((across) =>
    steps.flatMap((down) => {
      const point = projection.invert?.([across * width, down * height]);
      return point && Number.isFinite(point[0]) && Number.isFinite(point[1]) ? [point] : [];
    }),
  );
  const lons = extent(points.map(([lon]) => lon));
  const lats = extent(points.map(([, lat]) => lat));
  // Over the date line or a pole everything is looked at.
  if (points.length < 25 || lons.to - lons.from > 170) return [-180, -90, 180, 90];
  return [lons.from - 1, lats.from - 1, lons.to + 1, lats.to + 1];
}

function meets(a: Shape['bounds'], b: Shape['bounds']): boolean {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

type Point = readonly [number, number];
type Ring = readonly Point[];

/** A nearer point than this adds weight and nothing to see. */
const apartMin = 0.9;

/** An area's outlines on the map, cut at its edge, with points closer than 0.9 px dropped. */
function ringsOf(area: Area | Polygon, projection: GeoProjection): Ring[] {
  return collect((context) => geoPath(projection, context)(area)).filter((ring) => ring.length > 2);
}

function linesOf(topology: Topology, shapes: readonly Shape[], projection: GeoProjection): string {
  const collection: GeometryCollection = { type: 'GeometryCollection', geometries: shapes.map(({ geometry }) => geometry) };
  const lines = mesh(topology, collection, (a, b) => a !== b);
  const drawn = collect((context) => geoPath(projection, context)(lines)).filter((line) => line.length > 1);
  return drawn.map((line) => `M${line.map(([x, y]) => `${x} ${y}`).join('L')}`).join('');
}

const write = (rings: readonly Ring[]): string =>
  rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join('L')}Z`).join('');

/** Runs d3's path into lists of points instead of a canvas. */
function collect(draw: (context: PathContext) => void): Ring[] {
  const rings: [number, number][][] = [];
  const add = (x: number, y: number): void => void rings.at(-1)?.push([round(x), round(y)]);
  draw({
    beginPath: () => undefined,
    moveTo: (x, y) => {
      rings.push([]);
      add(x, y);
    },
    lineTo: (x, y) => {
      const last = rings.at(-1)?.at(-1);
      if (!last || Math.hypot(x - last[0], y - last[1]) >= apartMin) add(x, y);
    },
    arc: () => undefined,
    closePath: () => undefined,
  });
  return rings;
}

interface PathContext {
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  closePath(): void;
}

const labelHeight = 23;
const labelPadding = 8;
const pinToLabel = 15;
const nameHeight = 12;
const edge = 6;

const estimate = (text: string, kind: 'label' | 'name'): number => text.length * (kind === 'label' ? 7.4 : 8);

interface Sized {
  readonly width: number;
  readonly height: number;
}

/** A label beside its pin: right, left, below or above, wherever it stays inside and touches nothing. */
function placeLabels(
  pins: readonly { readonly x: number; readonly y: number; readonly label: string | undefined }[],
  size: Sized,
  measure: NonNullable<MapRequest['measure']>,
): MapText[] {
  const placed: MapText[] = [];
  const dots = pins.map(({ x, y }) => ({ x: x - 8, y: y - 8, width: 16, height: 16 }));
  pins.forEach(({ x, y, label }, index) => {
    if (!label || placed.some(({ text }) => text === label)) return;
    const width = Math.ceil(measure(label, 'label')) + labelPadding * 2;
    const beside = y - labelHeight / 2;
    const centred = Math.min(Math.max(edge, x - width / 2), size.width - edge - width);
    const box = [
      { x: x + pinToLabel, y: beside },
      { x: x - pinToLabel - width, y: beside },
      { x: centred, y: y + pinToLabel },
      { x: centred, y: y - pinToLabel - labelHeight },
    ]
      .map((corner) => ({ ...corner, width, height: labelHeight }))
      .find((one) => inside(one, size) && ![...placed, ...dots.toSpliced(index, 1)].some((other) => touch(one, other)));
    if (box) placed.push({ ...box, x: round(box.x), y: round(box.y), text: label });
  });
  return placed;
}

/** Names of states and countries, each inside its own shape and clear of pins, labels and each other. */
function placeNames(
  areas: readonly { readonly name: string; readonly rings: readonly Ring[]; readonly first: boolean }[],
  view: Sized & { readonly taken: readonly Box[] },
  measure: NonNullable<MapRequest['measure']>,
): MapText[] {
  const placed: MapText[] = [];
  const ordered = [...areas].sort((a, b) => Number(b.first) - Number(a.first) || largest(b.rings) - largest(a.rings));
  for (const { name, rings } of ordered) {
    if (placed.length === 6) break;
    const width = Math.ceil(measure(name, 'name'));
    const middle = centreOf(rings);
    const spots = gridOf(view, width)
      .map((spot) => ({ ...spot, away: Math.hypot(spot.x + width / 2 - middle[0], (spot.y + nameHeight / 2 - middle[1]) * 2) }))
      .sort((a, b) => a.away - b.away);
    const spot = spots.find((box) => {
      const roomy = { x: box.x - 5, y: box.y - 3, width: width + 10, height: nameHeight + 6 };
      return ![...view.taken, ...placed].some((other) => touch(roomy, other)) && covers(rings, roomy);
    });
    if (spot) placed.push({ x: round(spot.x), y: round(spot.y), width, height: nameHeight, text: name });
  }
  return placed;
}

function gridOf(size: Sized, width: number): Box[] {
  const boxes: Box[] = [];
  for (let y = edge; y <= size.height - edge - nameHeight; y += 6) {
    for (let x = edge; x <= size.width - edge - width; x += 8) boxes.push({ x, y, width, height: nameHeight });
  }
  return boxes;
}

/** True when all of the box lies inside the shape, by points along its edge. */
function covers(rings: readonly Ring[], { x, y, width, height }: Box): boolean {
  const across = [0, 0.25, 0.5, 0.75, 1];
  return across.every((part) => [y, y + height / 2, y + height].every((line) => within(rings, x + width * part, line)));
}

/** Even-odd rule over all rings, so that holes stay holes. */
function within(rings: readonly Ring[], x: number, y: number): boolean {
  let crossings = 0;
  for (const ring of rings) {
    for (let here = 0, before = ring.length - 1; here < ring.length; before = here++) {
      const [x1, y1] = ring[here] ?? [0, 0];
      const [x2, y2] = ring[before] ?? [0, 0];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) crossings += 1;
    }
  }
  return crossings % 2 === 1;
}

function signedArea(ring: Ring): number {
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

const largest = (rings: readonly Ring[]): number => Math.max(0, ...rings.map((ring) => Math.abs(signedArea(ring))));

function centreOf(rings: readonly Ring[]): readonly [number, number] {
  const ring = [...rings].sort((a, b) => Math.abs(signedArea(b)) - Math.abs(signedArea(a)))[0] ?? [];
  const xs = extent(ring.map(([x]) => x));
  const ys = extent(ring.map(([, y]) => y));
  return [middleOf(xs), middleOf(ys)];
}

const inside = ({ x, y, width, height }: Box, size: Sized): boolean =>
  x >= edge && y >= edge && x + width <= size.width - edge && y + height <= size.height - edge;

const touch = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && a.x + a.width > b.x && a.y < b.y + b.height && a.y + a.height > b.y;

/** FIPS 5-2 number to USPS letters. */
const stateCodes = new Map(
  (
    '01AL 02AK 04AZ 05AR 06CA 08CO 09CT 10DE 11DC 12FL 13GA 15HI 16ID 17IL 18IN 19IA 20KS 21KY 22LA 23ME 24MD 25MA 26MI ' +
    '27MN 28MS 29MO 30MT 31NE 32NV 33NH 34NJ 35NM 36NY 37NC 38ND 39OH 40OK 41OR 42PA 44RI 45SC 46SD 47TN 48TX 49UT 50VT ' +
    '51VA 53WA 54WV 55WI 56WY 60AS 66GU 69MP 72PR 78VI'
  )
    .split(' ')
    .map((pair): [string, string] => [pair.slice(0, 2), pair.slice(2)]),
);
