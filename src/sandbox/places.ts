/** A city where cards are used. Coordinates are of its centre. */
export interface Place {
  readonly city: string;
  readonly region?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
}

/** A home town, with the calendar that its people live by. */
export interface Home extends Place {
  readonly region: string;
  readonly timeZone: string;
}

/** Where customers live, in four time zones. */
export const homes: readonly Home[] = [
  { city: 'Columbus', region: 'OH', country: 'US', lat: 39.9612, lon: -82.9988, timeZone: 'America/New_York' },
  { city: 'Austin', region: 'TX', country: 'US', lat: 30.2672, lon: -97.7431, timeZone: 'America/Chicago' },
  { city: 'Portland', region: 'OR', country: 'US', lat: 45.5152, lon: -122.6784, timeZone: 'America/Los_Angeles' },
  { city: 'Chicago', region: 'IL', country: 'US', lat: 41.8781, lon: -87.6298, timeZone: 'America/Chicago' },
  { city: 'Denver', region: 'CO', country: 'US', lat: 39.7392, lon: -104.9903, timeZone: 'America/Denver' },
  { city: 'Raleigh', region: 'NC', country: 'US', lat: 35.7796, lon: -78.6382, timeZone: 'America/New_York' },
  { city: 'Tampa', region: 'FL', country: 'US', lat: 27.9506, lon: -82.4572, timeZone: 'America/New_York' },
  { city: 'Minneapolis', region: 'MN', country: 'US', lat: 44.9778, lon: -93.265, timeZone: 'America/Chicago' },
  { city: 'San Diego', region: 'CA', country: 'US', lat: 32.7157, lon: -117.1611, timeZone: 'America/Los_Angeles' },
  { city: 'Philadelphia', region: 'PA', country: 'US', lat: 39.9526, lon: -75.1652, timeZone: 'America/New_York' },
];

/** Where trips go within the country. */
export const domesticTrips: readonly Place[] = [
  { city: 'New York', region: 'NY', country: 'US', lat: 40.7128, lon: -74.006 },
  { city: 'San Francisco', region: 'CA', country: 'US', lat: 37.7749, lon: -122.4194 },
  { city: 'New Orleans', region: 'LA', country: 'US', lat: 29.9511, lon: -90.0715 },
  { city: 'Boston', region: 'MA', country: 'US', lat: 42.3601, lon: -71.0589 },
  { city: 'Seattle', region: 'WA', country: 'US', lat: 47.6062, lon: -122.3321 },
  { city: 'Las Vegas', region: 'NV', country: 'US', lat: 36.1716, lon: -115.1391 },
];

/** Where trips go abroad. */
export const foreignTrips: readonly Place[] = [
  { city: 'Toronto', region: 'ON', country: 'CA', lat: 43.6532, lon: -79.3832 },
  { city: 'Mexico City', country: 'MX', lat: 19.4326, lon: -99.1332 },
  { city: 'London', country: 'GB', lat: 51.5074, lon: -0.1278 },
  { city: 'Lisbon', country: 'PT', lat: 38.7223, lon: -9.1393 },
  { city: 'Paris', country: 'FR', lat: 48.8566, lon: 2.3522 },
  { city: 'Tokyo', country: 'JP', lat: 35.6762, lon: 139.6503 },
];
