import type { BankFace } from './api.ts';

const lead = 'shop-';
const carrierLead = 'carrier-';

/** Whether it is a carrier among those who give data: it tells where parcels are whose numbers its customer names. */
export const isCarrierId = (id: string): boolean => id.startsWith(carrierLead);

/** Whether it is a shop or a carrier among those who give data; no bank's id begins so. */
export const isShopId = (id: string): boolean => id.startsWith(lead) || isCarrierId(id);

/** How a shop is shown that is set up here no more, while somebody is still connected to it; undefined for a bank. */
export function faceOfGone(id: string): BankFace | undefined {
  if (!isShopId(id)) return undefined;
  const name = id.slice(id.indexOf('-') + 1);
  const accent = { light: '#5b4a8a', dark: '#b9a8ee' };
  return { id, name, mark: name.slice(0, 2).toUpperCase(), accent, telephone: '', kind: 'shop' };
}
