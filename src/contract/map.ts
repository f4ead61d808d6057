import { geoConicEqualArea, geoInterpolate, geoPath, type GeoProjection } from 'd3-geo';
import type { Polygon } from 'geojson';
import { mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import {
  mainlandBounds,
  regionShape,
  shapeAt,
  stateAt,
  type Area,
  type Geography,
  type Region,
  type Shape,
} from './geography.ts';
import { greatLakes } from './great-lakes.ts';
import {
  estimate,
  extent,
  labelRoom,
  middleOf,
  placeBetween,
  placeLabels,
  placeNames,
  round,
  type MapText,
  type Measure,
  type PinLook,
  type Point,
  type Ring,
} from './map-labels.ts';

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
  /** A second line under it. */
  readonly detail?: string;
  /** A purchase, unless said otherwise. */
  readonly look?: PinLook;
}

/** A map to be drawn: its size in pixels and what is to be seen on it. */
export interface MapRequest {
  readonly width: number;
  readonly height: number;
  /** One or several; empty when only the region is known. */
  readonly pins: readonly Place[];
  readonly region?: Region;
  /** A dotted line through the pins, in their order, with words beside its middle. */
  readonly line?: { readonly label?: string };
  /** Width of a text: labels at 11.5 px semibold, names at 10 px. Without it an estimate for wide faces. */
  readonly measure?: Measure;
  /** A country's name in the reader's language; without it the atlas's English one. */
  readonly countryName?: (code: string) => string;
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
  readonly pins: readonly { readonly x: number; readonly y: number; readonly look: PinLook }[];
  /** From pin to pin, as the crow flies; empty without a line. */
  readonly line: string;
  readonly between: MapText | undefined;
  readonly labels: readonly MapText[];
  readonly names: readonly MapText[];
  /** The state or country in the middle, in English or as `countryName` writes it: for the words beside the map. */
  readonly shows: string | undefined;
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
    const { label, detail, look = 'place' } = pin;
    return point ? [{ x: round(point[0]), y: round(point[1]), label, detail, look }] : [];
  });
  const flown = request.line ? flightOf(request.pins, projection) : [];
  const points = flown.flat();
  const labels = placeLabels(pins, { width, height }, measure, points);
  const dots = pins.map(({ x, y }) => ({ x: x - 15, y: y - 15, width: 30, height: 30 }));
  const said = request.line?.label;
  const between =
    said === undefined
      ? undefined
      : placeBetween(said, points, { width, height, taken: [...labels, ...dots], measure });
  const drawn = [...states, ...others].map((shape) => ({ shape, rings: ringsOf(shape.area, projection) }));
  const named = states.length > statesNamedMax ? asOneCountry(drawn, states, countries) : drawn;
  const nameOf = ({ code, name }: Shape): string =>
    states.some((state) => state.code === code) || !/^[A-Z]{2}$/.test(code)
      ? name // Some disputed lands have no code of ISO 3166.
      : (request.countryName?.(code) ?? name);
  const [pin] = request.pins;
  const middle = tinted ?? (pin ? shapeAt([pin.lon, pin.lat], [...states, ...others]) : undefined);
  return {
    abroad: write(drawn.filter(({ shape }) => others.includes(shape)).flatMap(({ rings }) => rings)),
    lakes: others.length > 0 ? greatLakes.map((lake) => write(ringsOf(lake, projection))).join('') : '',
    states: write(drawn.filter(({ shape }) => states.includes(shape)).flatMap(({ rings }) => rings)),
    stateLines: linesOf(geography.statesTopology, states, projection),
    countryLines: geography.worldTopology ? linesOf(geography.worldTopology, countries, projection) : '',
    tint: tinted ? write(ringsOf(tinted.area, projection)) : '',
    pins: pins.map(({ x, y, look }) => ({ x, y, look })),
    line: flown.map((part) => `M${part.map(([x, y]) => `${x} ${y}`).join('L')}`).join(''),
    between,
    labels,
    names: placeNames(
      named.map(({ shape, rings }) => ({ name: nameOf(shape).toLocaleUpperCase(), rings, first: shape === middle })),
      {
        width,
        height,
        taken: [
          ...labels,
          ...dots,
          ...(between ? [between] : []),
          ...points.map(([x, y]) => ({ x, y, width: 1, height: 1 })),
        ],
      },
      measure,
    ),
    shows: middle ? nameOf(middle) : undefined,
  };
}

/** Of more states than these none is named: they are the United States. */
const statesNamedMax = 24;

interface DrawnShape {
  readonly shape: Shape;
  readonly rings: readonly Ring[];
}

/** The states as one country: no point lies in two of them, so their outlines together are its own. */
function asOneCountry(
  drawn: readonly DrawnShape[],
  states: readonly Shape[],
  countries: readonly Shape[],
): readonly DrawnShape[] {
  const whole = countries.find(({ code }) => code === 'US');
  if (!whole) return drawn;
  const [inside, outside] = [true, false].map((wanted) =>
    drawn.filter(({ shape }) => states.includes(shape) === wanted),
  );
  return [{ shape: whole, rings: (inside ?? []).flatMap(({ rings }) => rings) }, ...(outside ?? [])];
}

/** The shortest way over the globe from pin to pin, in small steps. */
function flightOf(pins: readonly Place[], projection: GeoProjection): Ring[] {
  const coordinates = pins.map(({ lon, lat }) => [lon, lat]);
  if (coordinates.length < 2) return [];
  const steps = coordinates.slice(1).flatMap((to, index) => {
    const [fromLon = 0, fromLat = 0] = coordinates[index] ?? [];
    const between = geoInterpolate([fromLon, fromLat], [to[0] ?? 0, to[1] ?? 0]);
    return Array.from({ length: flightSteps + 1 }, (_, step) => between(step / flightSteps));
  });
  return [
    steps.flatMap((step): Point[] => {
      const point = projection(step);
      return point ? [[round(point[0]), round(point[1])]] : [];
    }),
  ];
}

const flightSteps = 40;

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
    const label = pin.label ? labelRoom(pin.label, request.measure ?? estimate) : 0;
    return projection.translate([Math.max(width * 0.22, (width - label) / 2), height * 0.5]);
  }
  const points = pins.map(({ lon, lat }): Point => projection([lon, lat]) ?? [0, 0]);
  const across = extent(points.map(([x]) => x));
  const down = extent(points.map(([, y]) => y));
  const fit = Math.min(
    (width - 120) / Math.max(1, across.to - across.from),
    (height - 56) / Math.max(1, down.to - down.from),
    1,
  );
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

/** A nearer point than this adds weight and nothing to see. */
const apartMin = 0.9;

/** An area's outlines on the map, cut at its edge, with points closer than 0.9 px dropped. */
function ringsOf(area: Area | Polygon, projection: GeoProjection): Ring[] {
  return collect((context) => geoPath(projection, context)(area)).filter((ring) => ring.length > 2);
}

function linesOf(topology: Topology, shapes: readonly Shape[], projection: GeoProjection): string {
  const collection: GeometryCollection = {
    type: 'GeometryCollection',
    geometries: shapes.map(({ geometry }) => geometry),
  };
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
