/** A kind of purchase that comes again and again: who sells, how it is classed, and for how much. */
export interface Habit {
  readonly names: readonly string[];
  /** Merchant category code, ISO 18245. */
  readonly category: string;
  /** Purchases a year. */
  readonly yearly: number;
  /** Amounts in cents, from and to. */
  readonly cents: readonly [number, number];
  /** Hours of the day when it happens, from and to. */
  readonly hours: readonly [number, number];
  readonly online?: boolean;
}

/** Card purchases of an ordinary week. The names are invented, or so general that nobody owns them. */
export const habits: readonly Habit[] = [
  {
    names: ['Larkspur Coffee', 'The Daily Grind', 'Copper Kettle Coffee', 'Corner Bakery Window'],
    category: '5814',
    yearly: 120,
    cents: [325, 985],
    hours: [7, 10],
  },
  {
    names: ['Greenfield Market', 'Hollis Foods', 'Farm & Table Grocery', 'Riverside Market'],
    category: '5411',
    yearly: 84,
    cents: [1840, 13460],
    hours: [10, 20],
  },
  {
    names: ['Bluebird Diner', 'Taqueria La Palma', 'Noodle House 88', 'Ember & Oak', 'Stone Oven Pizza'],
    category: '5812',
    yearly: 72,
    cents: [1475, 8650],
    hours: [12, 21],
  },
  {
    names: ['Sunline Fuel', 'Route 9 Gas', 'Pinecrest Fuel Stop'],
    category: '5541',
    yearly: 44,
    cents: [2890, 6240],
    hours: [7, 19],
  },
  { names: ['City Ride', 'Yellow Line Cab'], category: '4121', yearly: 26, cents: [880, 3420], hours: [8, 23] },
  { names: ['Metro Transit', 'Lakeview Parking'], category: '4111', yearly: 22, cents: [275, 1800], hours: [7, 18] },
  {
    names: ['Halden & Sons', 'Marlow Department Store'],
    category: '5311',
    yearly: 16,
    cents: [2200, 14900],
    hours: [11, 19],
  },
  {
    names: ['Juniper Clothing', 'Thread & Needle'],
    category: '5651',
    yearly: 10,
    cents: [2400, 12800],
    hours: [11, 19],
  },
  {
    names: ['Parcel & Page', 'Everyday Goods Online'],
    category: '5942',
    yearly: 22,
    cents: [1190, 8900],
    hours: [8, 23],
    online: true,
  },
  { names: ['Voltage Electronics'], category: '5732', yearly: 4, cents: [4900, 38900], hours: [11, 19] },
  { names: ['Orchard Pharmacy', 'Wellspring Drugs'], category: '5912', yearly: 16, cents: [640, 5480], hours: [9, 19] },
  { names: ['Maple Hardware', 'Homestead Supply'], category: '5200', yearly: 10, cents: [860, 11900], hours: [9, 18] },
  {
    names: ['Orpheum Cinema', 'Riverside Music Hall'],
    category: '7832',
    yearly: 9,
    cents: [1400, 6800],
    hours: [17, 21],
  },
  {
    names: ['Shear Delight Salon', 'Third Street Barber'],
    category: '7230',
    yearly: 9,
    cents: [2400, 8200],
    hours: [10, 18],
  },
  { names: ['Paws & Whiskers'], category: '5995', yearly: 8, cents: [1850, 6900], hours: [10, 18] },
];

/** What is charged to the card on one day of every month. */
export const subscriptions = [
  { name: 'Starling Video', category: '5815', cents: 1549, day: 4 },
  { name: 'Tonic Music', category: '5815', cents: 1099, day: 11 },
  { name: 'Cloudshelf Storage', category: '5818', cents: 299, day: 19 },
  { name: 'Ironwood Gym', category: '7997', cents: 3900, day: 2 },
] as const;

/** Bills paid from checking, with the share by which they vary over the year. */
export const bills = [
  { name: 'Northern Power & Light', category: '4900', cents: 10450, varies: 0.35, day: 8 },
  { name: 'City Water Department', category: '4900', cents: 4620, varies: 0.15, day: 16 },
  { name: 'Brightline Internet', category: '4899', cents: 6500, varies: 0, day: 21 },
  { name: 'Common Mobile', category: '4814', cents: 5500, varies: 0, day: 25 },
] as const;

/** Who pays salaries. All names here are invented. */
export const employers: readonly string[] = [
  'Whitcomb Logistics',
  'Alder County Schools',
  'Fairbanks Design',
  'Meridian Health',
  'Tidewater Software',
];
/** Who takes the rent. */
export const landlords: readonly string[] = ['Oakmont Apartments', 'Harbor View Properties', 'Elm Street Homes'];

/** What a trip is made of: bought before it, and at the place itself. */
export const tripPurchases = {
  airline: { name: 'Meridian Air', category: '4511', cents: [18900, 64900] },
  hotel: { name: 'The Wayfarer Hotel', category: '7011', cents: [28900, 76900] },
  there: [
    { name: 'Airport Coffee Bar', category: '5814', cents: [420, 1150] },
    { name: 'Old Town Bistro', category: '5812', cents: [2600, 9800] },
    { name: 'Museum Shop', category: '5399', cents: [1200, 5400] },
    { name: 'Harbor Grill', category: '5812', cents: [3100, 11200] },
    { name: 'Central Taxi', category: '4121', cents: [900, 4800] },
    { name: 'Night Market', category: '5499', cents: [600, 3300] },
  ],
} as const;

/** Given names of the invented customers. */
export const givenNames: readonly string[] = [
  'Alex',
  'Jordan',
  'Maria',
  'Samuel',
  'Priya',
  'Daniel',
  'Lucia',
  'Grace',
  'Omar',
  'Hannah',
];
/** Family names of the invented customers. */
export const familyNames: readonly string[] = [
  'Rivera',
  'Bennett',
  'Okafor',
  'Nguyen',
  'Walsh',
  'Castillo',
  'Meyer',
  'Shah',
  'Lindgren',
  'Brooks',
];
