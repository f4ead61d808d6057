import type { GraphError } from './answers.ts';

/** Which of Meta's messengers an error is of: some numbers mean another thing in the other. */
export type MetaPlatform = 'messenger' | 'whatsapp';

/** What an error asks for. */
export type Remedy =
  /** The same call may succeed later. */
  | 'again'
  /** Too much from this page or number: nothing more for a while. */
  | 'slower'
  /** Too much to this person: WhatsApp's pair limit. */
  | 'slower-to-person'
  /** The window is closed: a template, or elsewhere. */
  | 'window'
  /** The template is not there, paused or disabled: elsewhere until it is. */
  | 'template'
  /** Another app has the thread with the person, or somebody at the page's inbox: not until it comes back. */
  | 'thread-away'
  /** The person cannot be reached, or does not want to be. */
  | 'unreachable'
  /** The access token is dead: nothing works on this page until the operator has mended it. */
  | 'token'
  /** The page or the account is restricted: as good as dead until the operator has seen to it. */
  | 'restricted'
  /** The app may not do this. */
  | 'permission'
  /** The call was wrong, and will be at every repetition: ours to mend. */
  | 'wrong';

/**
 * Meta: errors by number, from both platforms' error references. A subcode says more than its code: `10` with
 * 2018278 is the closed window, with 1893063 a restricted page, with 2018300 a thread that another app has; `200` with
 * 1545041 is a person who is not there.
 */
const remedies: Readonly<Record<MetaPlatform, Readonly<Record<string, Remedy>>>> = {
  messenger: {
    '10/2018278': 'window',
    '10/1893063': 'restricted',
    '10/2018300': 'thread-away',
    '200/1545041': 'unreachable',
    '551/1545041': 'unreachable',
    '100/2018001': 'unreachable',
    '551': 'unreachable',
    '1545041': 'unreachable',
    '1': 'again',
    '2': 'again',
    '1200': 'again',
    '4': 'slower',
    '17': 'slower',
    '32': 'slower',
    '613': 'slower',
    '80004': 'slower',
    '80006': 'slower',
    '80007': 'slower',
    '10': 'permission',
    '3': 'permission',
    '200': 'permission',
    '190': 'token',
    '102': 'token',
    '368': 'restricted',
    '100': 'wrong',
  },
  whatsapp: {
    '1': 'again',
    '2': 'again',
    '131000': 'again',
    '131016': 'again',
    '131057': 'again',
    '133004': 'again',
    '4': 'slower',
    '80007': 'slower',
    '130429': 'slower',
    '131048': 'slower',
    '131056': 'slower-to-person',
    '131047': 'window',
    '131026': 'unreachable',
    '131030': 'unreachable',
    '131049': 'unreachable',
    '131050': 'unreachable',
    '130472': 'unreachable',
    '132001': 'template',
    '132015': 'template',
    '132016': 'template',
    '132068': 'template',
    '0': 'token',
    '190': 'token',
    '131031': 'restricted',
    '368': 'restricted',
    '130497': 'restricted',
    '3': 'permission',
    '10': 'permission',
    '200': 'permission',
    '131005': 'permission',
  },
};

/** What an error of the Graph API's asks for, by the tables above; where they are silent, by the answer's status. */
export function remedyOf(platform: MetaPlatform, status: number, { code, subcode, transient }: GraphError): Remedy {
  const table = remedies[platform];
  const known = table[`${code}/${subcode}`] ?? table[String(subcode)] ?? table[String(code)];
  if (known !== undefined) return known;
  // Meta: 200 to 299 are permissions of one kind or another.
  if (code >= 200 && code <= 299) return 'permission';
  if (status === 429) return 'slower';
  if (status >= 500 || transient === true) return 'again';
  return 'wrong';
}

/** An error as the code of a delivery or of a log's line: `graph-10-2018278`. Never Meta's own words. */
export const codeOf = ({ code, subcode }: Pick<GraphError, 'code' | 'subcode'>): string =>
  subcode === undefined ? `graph-${code}` : `graph-${code}-${subcode}`;
