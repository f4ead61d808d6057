import type { Channel } from '#delivery';

/**
 * Country codes where people are first spoken to in Spanish: Spain, Equatorial Guinea, Puerto Rico, the Dominican
 * Republic, and the Americas from Mexico to Uruguay (ITU E.164; Brazil, Haiti, the Guyanas and the Antilles left out).
 */
const spanish = /^(34|240|1787|1939|1809|1829|1849|502|503|504|505|506|507|51|52|53|54|56|57|58|591|593|595|598)/;

/**
 * In which language somebody is greeted. WhatsApp tells nothing of it, so the number's country stands in for it, and
 * only until they choose. Somebody who hides their number is greeted in the usual language.
 */
export const whatsAppProfile: NonNullable<Channel['profile']> = async ({ person }) =>
  person.number !== undefined && spanish.test(person.number) ? { locale: 'es' } : {};
