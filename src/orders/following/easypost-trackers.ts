import { limits, TellerlineError, type BankId, type Fetch } from '#base';
import type { Trackers, Tracked } from './trackers.ts';

/** How a carrier's API is called. */
export interface TrackersAt {
  /** Where its API begins, without a slash at the end: `https://api.easypost.com/v2`. */
  readonly url: string;
  readonly key: string;
  /** Reaches that origin and no other. */
  readonly call: Fetch;
}

/**
 * Trackers by EasyPost's API. It finds out the carrier by the number, and a number that it follows already is the
 * same tracker, so that asking twice does no harm.
 *
 * Source: EasyPost's API v2, "Create a Tracker": `POST /trackers` with `{tracker: {tracking_code}}`, the key as the
 * user of HTTP Basic; 422 with an error of the code where there is none such.
 */
export function easyPostTrackers(carriers: ReadonlyMap<BankId, TrackersAt>): Trackers {
  return {
    follow: async (carrier, trackingNumber) => {
      const at = carriers.get(carrier);
      if (!at) throw unreachable('not-configured');
      return create(at, trackingNumber);
    },
  };
}

async function create({ url, key, call }: TrackersAt, trackingNumber: string): Promise<Tracked> {
  let response: Response;
  try {
    response = await call(`${url}/trackers`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify({ tracker: { tracking_code: trackingNumber } }),
      signal: AbortSignal.timeout(limits.carrierCallMsMax),
    });
  } catch (error) {
    throw unreachable('no-connection', error);
  }
  // What it says of the parcel comes through its door, signed; nothing of this answer is read.
  await response.body?.cancel();
  if (response.ok) return 'follows';
  if (response.status === 400 || response.status === 404 || response.status === 422) return 'refuses';
  if (response.status === 401 || response.status === 403) throw keyRefused(response.status);
  throw unreachable(`status-${response.status}`);
}

/** The key is dead, or may not make trackers: no asking again helps until somebody looks after it. */
const keyRefused = (status: number): TellerlineError =>
  new TellerlineError('carrier_key_refused', 503, 'The carrier cannot be asked just now.', {
    reason: `status-${status}`,
  });

const unreachable = (reason: string, cause?: unknown): TellerlineError =>
  new TellerlineError('carrier_unreachable', 503, 'The carrier cannot be reached just now.', { reason }, { cause });
