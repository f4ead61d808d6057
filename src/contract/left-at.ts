import type { Locale } from './api.ts';

const spanish: Readonly<Partial<Record<string, string>>> = {
  'front door': 'puerta principal',
  'back door': 'puerta trasera',
  'side door': 'puerta lateral',
  garage: 'garaje',
  porch: 'porche',
  'front porch': 'porche',
  mailbox: 'buzón',
  'mail room': 'sala de correo',
  'parcel locker': 'casillero de paquetes',
  'front desk': 'recepción',
  neighbor: 'un vecino',
  recipient: 'quien lo recibió',
  agent: 'un agente',
};

/** Where a parcel was left, in the reader's language for the dozen places that carriers name; another as it was told. */
export function leftAtWords(deliveredTo: string, locale: Locale): string {
  return (locale === 'es' ? spanish[deliveredTo] : undefined) ?? deliveredTo;
}
