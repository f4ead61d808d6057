import { geoContains } from 'd3-geo';
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** The atlases that maps are drawn from, unpacked: `us-atlas` states and `world-atlas` countries. */

/** What is known when there are no coordinates: a country (ISO 3166-1 alpha-2) and perhaps a US state ("OH"). */
export interface Region {
  readonly country: string;
  readonly state?: string;
}

/** A state or a country, in degrees. */
export type Area = Feature<Polygon | MultiPolygon, { readonly name: string }>;

/** A state or country with what drawing asks of it: its code, its bounds in degrees, and its borders. */
export interface Shape {
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

/** The state that holds a point (longitude, latitude). */
export function stateAt(point: readonly [number, number], geography: Geography): Shape | undefined {
  return shapeAt(point, geography.states);
}

/** The first shape that holds a point (longitude, latitude). */
export function shapeAt(point: readonly [number, number], shapes: readonly Shape[]): Shape | undefined {
  const [lon, lat] = point;
  return shapes.find(
    ({ bounds: [west, south, east, north], area }) =>
      lon >= west && lon <= east && lat >= south && lat <= north && geoContains(area, [lon, lat]),
  );
}

/** Bounds of the largest part: France without its islands overseas, the United States without Alaska. */
export function mainlandBounds({ area }: Shape): Shape['bounds'] {
  if (area.geometry.type === 'Polygon') return boundsOf(area);
  const parts = area.geometry.coordinates.map((coordinates) =>
    boundsOf({ ...area, geometry: { type: 'Polygon', coordinates } }),
  );
  const size = ([west, south, east, north]: Shape['bounds']): number =>
    (east - west) * (north - south) * Math.cos((((south + north) / 2) * Math.PI) / 180);
  const [largest = [0, 0, 0, 0]] = parts.toSorted((a, b) => size(b) - size(a));
  return largest;
}

/** The shape of a region, where an atlas knows it. */
export function regionShape({ country, state }: Region, geography: Geography): Shape | undefined {
  const wanted = country === 'US' && state ? state.toUpperCase() : undefined;
  if (wanted) return geography.states.find(({ code, name }) => code === wanted || name.toUpperCase() === wanted);
  return geography.countries.find(({ code }) => code === country.toUpperCase());
}

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
