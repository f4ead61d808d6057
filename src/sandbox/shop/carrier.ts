import { randomInt } from 'node:crypto';
import { TellerlineError } from '#base';
import { now, type SandboxContext } from '../context.ts';
import { trackerOf, type Scan, type ShopParcel } from './orders.ts';
import type { Telling } from './telling.ts';

/** The steps of a parcel that a button makes. */
export const SCANS = ['picked-up', 'on-its-way', 'out-for-delivery', 'delivered', 'customs', 'late-scan'] as const;
/** The steps of a parcel that a button makes. */
export type ScanName = (typeof SCANS)[number];

const hourMs = 3_600_000;

/** Each scan, with how long after sending it happened. `late-scan` happened before all others and comes now. */
const scans: Readonly<Record<ScanName, Omit<Scan, 'at'> & { readonly afterMs: number }>> = {
  'late-scan': scan('pre_transit', 'label_created', 'Shipping label created', 'Reno', 'NV', 0.1),
  'picked-up': scan('in_transit', 'arrived_at_facility', 'Picked up', 'Reno', 'NV', 2),
  'on-its-way': scan('in_transit', 'departed_facility', 'Departed from facility', 'Denver', 'CO', 20),
  customs: scan('in_transit', 'held', 'Held by customs', 'Newark', 'NJ', 30),
  'out-for-delivery': scan('out_for_delivery', 'out_for_delivery', 'Out for delivery', 'Westerville', 'OH', 44),
  delivered: scan('delivered', 'arrived_at_destination', 'Delivered, left at front door', 'Westerville', 'OH', 50),
};

function scan(status: string, detail: string, message: string, city: string, region: string, hours: number) {
  return { status, detail, message, city, region, afterMs: hours * hourMs };
}

/** Whether a scan is the one that this button makes. */
export const saysSo = (name: ScanName, made: Scan | undefined): boolean => made?.message === scans[name].message;

/** The stand-in carrier. */
export interface SandboxCarrier {
  scan(trackingNumber: string, name: ScanName): Promise<void>;
  /** Somebody asks for a tracker of a number, whoever sent it; its first scan is told a moment later. */
  track(trackingNumber: string, carrier: string | undefined): object;
  /** Parcels that were sent by nobody here, and are tracked all the same, the newest first. */
  tracked(): readonly ShopParcel[];
}

const trackedMax = 500;
const firstScanMs = 500;

/** Opens it; `sent`: the parcels of the stand-in shop. */
export function openCarrier(
  context: SandboxContext,
  { tellParcel }: Pick<Telling, 'tellParcel'>,
  sent: () => readonly ShopParcel[],
  closing: AbortSignal,
): SandboxCarrier {
  const tracked = new Map<string, ShopParcel>();
  const parcelOf = (trackingNumber: string): ShopParcel | undefined =>
    tracked.get(trackingNumber) ?? sent().find((one) => one.trackingNumber === trackingNumber);
  const scanned = async (parcel: ShopParcel, name: ScanName): Promise<void> => {
    const { afterMs, ...made } = scans[name];
    // Told now; when it happened is counted from the day before the sending, so that none lies ahead.
    parcel.scans.push({ ...made, at: new Date(parcel.sentAt.getTime() - 51 * hourMs + afterMs) });
    await tellParcel(parcel);
  };
  return {
    scan: async (trackingNumber, name) => {
      const parcel = parcelOf(trackingNumber);
      if (!parcel) throw new TellerlineError('parcel_unknown', 404, 'There is no such parcel.');
      await scanned(parcel, name);
    },
    track: (trackingNumber, named) => {
      const known = parcelOf(trackingNumber);
      const carrier = named ?? (/^9[1-5]\d{18,}$/.test(trackingNumber) ? 'USPS' : 'UPS');
      const parcel = known ?? { id: randomInt(2 ** 40), trackingNumber, carrier, sentAt: now(context), scans: [] };
      if (tracked.size >= trackedMax) tracked.clear();
      if (!known) tracked.set(trackingNumber, parcel);
      // After the answer, as carriers do.
      setTimeout(() => {
        if (closing.aborted) return;
        void (parcel.scans.length === 0 ? scanned(parcel, 'on-its-way') : tellParcel(parcel));
      }, firstScanMs).unref();
      return trackerOf(parcel, now(context));
    },
    tracked: () => [...tracked.values()].toReversed(),
  };
}
