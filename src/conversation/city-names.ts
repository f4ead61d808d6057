/** Cities that are called otherwise in Spanish, folded: what a person writes beside what a bank writes. */
const cities: ReadonlyMap<string, readonly string[]> = new Map([
  ['lisbon', ['lisboa']],
  ['london', ['londres']],
  ['tokyo', ['tokio']],
  ['mexico city', ['ciudad de mexico', 'cdmx']],
  ['new york', ['nyc', 'new york city']],
  ['new orleans', ['nueva orleans']],
  ['philadelphia', ['filadelfia', 'philly']],
  ['san francisco', ['san fran']],
  ['rome', ['roma']],
  ['milan', ['milano']],
  ['florence', ['florencia', 'firenze']],
  ['venice', ['venecia', 'venezia']],
  ['geneva', ['ginebra', 'geneve']],
  ['munich', ['munchen']],
  ['cologne', ['colonia', 'koln']],
  ['vienna', ['viena', 'wien']],
  ['prague', ['praga', 'praha']],
  ['athens', ['atenas']],
  ['copenhagen', ['copenhague']],
  ['stockholm', ['estocolmo']],
  ['beijing', ['pekin']],
  ['havana', ['la habana']],
  ['seville', ['sevilla']],
]);

/** Other names of a city, folded; none for most. */
export const otherNamesOf = (city: string): readonly string[] => cities.get(city) ?? [];
