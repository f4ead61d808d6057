/**
 * What people call things that are nearer than a category, by the merchant category codes (ISO 18245) that are all of it
 * and nothing else. Phrases are folded, English and Spanish.
 */
const kinds = {
  rent: {
    codes: [[6513, 6513]],
    phrases: 'rent, landlord, alquiler, renta, arriendo',
  },
  hotels: {
    codes: [
      [3501, 3999],
      [7011, 7011],
    ],
    phrases: 'hotels, hotel, lodging, hoteles, hotel, alojamiento',
  },
  flights: {
    codes: [
      [3000, 3350],
      [4511, 4511],
    ],
    phrases:
      'flights, flight, airlines, airline, airfare, plane tickets, vuelos, vuelo, aerolineas, aerolinea, boletos de avion, pasajes de avion',
  },
  taxis: {
    codes: [[4121, 4121]],
    phrases: 'taxis, taxi, cabs, cab, rides, ride shares, rideshare, rideshares, taxis, taxi',
  },
  pharmacies: {
    codes: [[5912, 5912]],
    phrases: 'pharmacies, pharmacy, drugstores, drugstore, drug stores, drug store, farmacias, farmacia',
  },
  clothes: {
    codes: [[5611, 5699]],
    phrases: 'clothes, clothing, apparel, ropa',
  },
  electronics: {
    codes: [[5732, 5732]],
    phrases: 'electronics, electronica, electronicos',
  },
  books: {
    codes: [[5942, 5942]],
    phrases: 'books, bookstores, book stores, libros, librerias, libreria',
  },
  'department-stores': {
    codes: [[5311, 5311]],
    phrases: 'department stores, department store, tiendas departamentales, grandes almacenes',
  },
  hardware: {
    codes: [[5200, 5251]],
    phrases: 'hardware, hardware stores, hardware store, ferreterias, ferreteria',
  },
  cinema: {
    codes: [[7832, 7832]],
    phrases: 'movies, cinema, cinemas, movie theaters, cine, cines',
  },
  hair: {
    codes: [[7230, 7230]],
    phrases:
      'haircuts, haircut, hairdresser, salons, salon, barber, barbers, peluqueria, peluquerias, cortes de pelo, barberia, salon de belleza',
  },
  pets: {
    codes: [
      [5995, 5995],
      [742, 742],
    ],
    phrases: 'pets, pet, pet supplies, vet, mascotas, mascota, veterinario',
  },
  gym: {
    codes: [[7997, 7997]],
    phrases: 'gym, gyms, fitness, gimnasio, gimnasios',
  },
  streaming: {
    codes: [[5815, 5815]],
    phrases: 'streaming, digital media, streaming',
  },
  utilities: {
    codes: [[4900, 4900]],
    phrases: 'electricity and water, power and water, gas and electric, luz y agua, agua y luz',
  },
  phone: {
    codes: [[4812, 4814]],
    phrases: 'phone bill, phone bills, cell phone, mobile phone, telefono celular, celular, telefonia',
  },
  internet: {
    codes: [[4899, 4899]],
    phrases: 'internet, internet bill, cable, internet, cable',
  },
} as const satisfies Record<
  string,
  { readonly codes: readonly (readonly [number, number])[]; readonly phrases: string }
>;

/** One of them. */
export type SpendingKind = keyof typeof kinds;

const names = Object.keys(kinds) as SpendingKind[];

/** Every phrase with its kind, the longest first. */
export const kindPhrases: readonly (readonly [readonly string[], SpendingKind])[] = names
  .flatMap((kind) =>
    [...new Set(kinds[kind].phrases.split(', '))].map((one): [string[], SpendingKind] => [one.split(' '), kind]),
  )
  .toSorted(([one], [other]) => other.length - one.length);

/** Whether a merchant category code is of this kind. */
export function isOfKind(code: string | undefined, kind: SpendingKind): boolean {
  const number = Number(code);
  return kinds[kind].codes.some(([first, last]) => number >= first && number <= last);
}
