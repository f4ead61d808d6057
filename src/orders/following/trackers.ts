import type { BankId } from '#base';

/** What a carrier says when it is asked to tell of a parcel. */
export type Tracked = 'follows' | 'refuses';

/** Carriers that can be asked to tell of a parcel; `app` wires them in. */
export interface Trackers {
  /**
   * Asks a carrier to send its scans of a number from now on; they come through its door. Safe to repeat. `refuses`:
   * it says that this is no number of a parcel.
   *
   * @throws TellerlineError `carrier_unreachable`: it did not answer, or answered that it cannot;
   *   `carrier_key_refused`: it does not know our key
   */
  follow(carrier: BankId, trackingNumber: string): Promise<Tracked>;
}
