import { fieldsOf, idOf, keyOf, listOf, timeOf, type Fields, type Unread } from '#channels/meta';
import type { Evidence, Reading } from '#delivery';
import { platformSays, type MessengerEvent } from './event.ts';

/**
 * Delivered. Meta: `mids` may be missing; `watermark` covers everything to this person up to then. They come late
 * and out of order.
 */
export function readDelivery(event: MessengerEvent): readonly Reading[] | Unread {
  const delivery = fieldsOf(event.fields['delivery']);
  if (!delivery) return { unread: 'receipt_malformed' };
  const named = listOf(delivery['mids']).flatMap((mid): Evidence[] => {
    const platformId = idOf(mid);
    if (platformId === undefined) return [];
    const key = `${platformId}:delivered`;
    return [{ ...platformSays(event), key, kind: 'status', platformId, status: 'delivered' }];
  });
  const watermark = watermarkOf(event, delivery, 'delivered');
  if (named.length === 0 && !watermark) return { unread: 'receipt_malformed' };
  return watermark ? [...named, watermark] : named;
}

/** Read, up to then. */
export function readRead(event: MessengerEvent): readonly Reading[] | Unread {
  const watermark = watermarkOf(event, fieldsOf(event.fields['read']) ?? {}, 'read');
  return watermark ? [watermark] : { unread: 'receipt_malformed' };
}

function watermarkOf(event: MessengerEvent, receipt: Fields, status: 'delivered' | 'read'): Evidence | undefined {
  const upToMs = timeOf(receipt['watermark'], 1);
  const { person } = event;
  if (upToMs === 0 || !person) return undefined;
  const key = keyOf(event.account, person, status, upToMs);
  return { ...platformSays(event), key, kind: 'watermark', status, person, upToMs };
}
