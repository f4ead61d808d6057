import { fieldsOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { easyPostParcel } from './easypost-tracker.ts';
import { readNested, type Within } from './nested.ts';
import { ignored, type Understood } from './understood.ts';

/**
 * Reads a body of EasyPost's webhooks or of its API: trackers, within an event or bare, one or several. Everything
 * else is ignored with a reason.
 *
 * Source: EasyPost's API v2, Event and Tracker.
 */
export function readEasyPost(value: unknown): readonly Understood[] {
  return readNested(value, depthMax, readFields);
}

const depthMax = 4;
const lists = ['trackers', 'tracker', 'events', 'result', 'data', 'payloads', 'body'];

function readFields(fields: Fields, within: Within): readonly Understood[] {
  if (isTracker(fields)) return [{ kind: 'parcel', parcel: easyPostParcel(fields) }];
  const about = wordOf(fields['description']);
  const isEvent = wordOf(fields['object']) === 'Event' || /^[a-z_]+\.[a-z_.]+$/.test(about ?? '');
  if (isEvent) return readEvent(fields, about ?? 'an event without a name', within);
  return within(lists) ?? [ignored(whatElse(fields))];
}

function readEvent(event: Fields, about: string, within: Within): readonly Understood[] {
  const result = fieldsOf(event['result']);
  // A result says what it is better than the name of its event does.
  if (result && isTracker(result)) return [{ kind: 'parcel', parcel: easyPostParcel(result, event) }];
  if (/^tracker\b/.test(about)) {
    const tracker = result && 'tracker' in result ? within(['result']) : undefined;
    return tracker ?? [ignored(`${about} without its tracker`)];
  }
  return [ignored(`no tracker, but ${about.slice(0, 60)}`)];
}

function isTracker(fields: Fields): boolean {
  const object = wordOf(fields['object']);
  if (object !== undefined && object !== 'Tracker') return false;
  return object === 'Tracker' || 'tracking_code' in fields || 'tracking_details' in fields;
}

function whatElse(fields: Fields): string {
  const object = wordOf(fields['object']);
  if (object !== undefined && /^\w{1,40}$/.test(object)) return `no tracker, but ${object}`;
  if ('error' in fields) return 'an error of the API';
  if ('success' in fields) return 'an answer without content';
  return objectsOf(fields['tracking_details']).length > 0 ? 'scans without a tracker' : 'no tracker';
}
