import { randomBytes } from 'node:crypto';
import type * as z from 'zod';

/** One row of Meta's tables of errors. */
interface GraphErrorKind {
  readonly status: number;
  readonly code: number;
  readonly subcode?: number;
  readonly message: string;
  readonly type?: string;
}

/** What the platforms refuse with, by their own numbers. Meta: error codes of Messenger and of WhatsApp's Cloud API. */
export const graphErrors = {
  internal: { status: 500, code: 1, message: 'An unknown error occurred' },
  temporary: { status: 500, code: 2, message: 'An unexpected error has occurred. Please retry your request later.' },
  parameter: { status: 400, code: 100, message: 'Invalid parameter' },
  noSuchObject: {
    status: 400,
    code: 100,
    subcode: 33,
    message:
      'Unsupported request. The object does not exist, cannot be loaded due to missing permissions, or does not support this operation',
    type: 'GraphMethodException',
  },
  noSuchPerson: { status: 400, code: 100, subcode: 2018001, message: 'No matching user found' },
  stateAndMessage: {
    status: 400,
    code: 100,
    subcode: 2018065,
    message: 'Cannot send both message and state at the same time.',
  },
  deadTag: { status: 400, code: 100, message: 'This message tag is no longer supported. Use a utility message.' },
  templateExists: {
    status: 400,
    code: 100,
    subcode: 2388024,
    message: 'There is already content in this language for this template.',
  },
  pictureUnreachable: {
    status: 400,
    code: 100,
    subcode: 2018008,
    message: 'Failed to fetch the file from the url',
  },
  pictureTooLarge: { status: 400, code: 4, subcode: 2018022, message: 'Attachment size exceeds allowable limit' },
  unknownPath: { status: 400, code: 2500, message: 'Unknown path components' },
  noToken: { status: 400, code: 2500, message: 'An active access token must be used to query information' },
  deadToken: { status: 401, code: 190, subcode: 460, message: 'Error validating access token' },
  badToken: { status: 401, code: 190, message: 'Invalid OAuth access token - Cannot parse access token' },
  windowClosed: {
    status: 400,
    code: 10,
    subcode: 2018278,
    message: 'This message is sent outside of allowed window.',
  },
  pageRestricted: {
    status: 403,
    code: 10,
    subcode: 1893063,
    message: 'This Page is restricted from sending messages.',
  },
  threadAway: {
    status: 403,
    code: 10,
    subcode: 2018300,
    message: 'Message failed to send because another app is controlling this thread now.',
  },
  permission: { status: 403, code: 200, message: 'Permissions error' },
  unavailablePerson: {
    status: 400,
    code: 551,
    subcode: 1545041,
    message: 'This person isn’t available right now.',
  },
  messengerRate: { status: 400, code: 613, message: 'Calls to this API have exceeded the rate limit.' },
  pageDay: { status: 400, code: 80006, message: 'There have been too many calls to this Messenger account.' },
  appRate: { status: 400, code: 4, message: 'Application request limit reached' },
  pageRate: { status: 400, code: 80004, message: 'There have been too many calls to this account.' },
  businessRate: { status: 400, code: 80007, message: 'Rate limit issues' },
  numberRate: { status: 400, code: 130429, message: 'Rate limit hit' },
  pairRate: { status: 400, code: 131056, message: '(Business Account, Consumer Account) pair rate limit hit' },
  somethingWrong: { status: 500, code: 131000, message: 'Something went wrong' },
  serviceUnavailable: { status: 503, code: 131016, message: 'Service unavailable' },
  unsupportedKind: { status: 400, code: 131051, message: 'Unsupported message type' },
  missingParameter: { status: 400, code: 131008, message: 'Required parameter is missing' },
  parameterValue: { status: 400, code: 131009, message: 'Parameter value is not valid' },
  undeliverable: { status: 400, code: 131026, message: 'Message Undeliverable' },
  reEngagement: { status: 400, code: 131047, message: 'Re-engagement message' },
  stoppedMarketing: {
    status: 400,
    code: 131050,
    message: 'User has stopped receiving marketing messages from you on WhatsApp',
  },
  mediaDownload: { status: 400, code: 131052, message: 'Media download error' },
  mediaUpload: { status: 400, code: 131053, message: 'Media upload error' },
  accountLocked: { status: 403, code: 131031, message: 'Account has been locked' },
  templateParameterCount: {
    status: 400,
    code: 132000,
    message: 'Number of parameters does not match the expected number of params',
  },
  templateMissing: { status: 404, code: 132001, message: 'Template name does not exist in the translation' },
  templateText: { status: 400, code: 132005, message: 'Translated text too long' },
  templateFormat: {
    status: 400,
    code: 132012,
    message: 'Parameter format does not match format in the created template',
  },
  templatePaused: { status: 400, code: 132015, message: 'Template is Paused' },
  templateDisabled: { status: 400, code: 132016, message: 'Template is Disabled' },
} as const satisfies Record<string, GraphErrorKind>;

/** The name of one row of {@link graphErrors}. */
export type GraphErrorName = keyof typeof graphErrors;

/** A refusal in the Graph API's form: `{error: {message, type, code, error_subcode, fbtrace_id}}`. */
export class GraphError extends Error {
  readonly kind: GraphErrorName;
  readonly status: number;
  readonly code: number;
  /** What exactly is wrong, for whoever reads the answer. */
  readonly detail: string;

  constructor(kind: GraphErrorName, detail = '') {
    super(`(#${graphErrors[kind].code}) ${detail || graphErrors[kind].message}`);
    this.kind = kind;
    this.status = graphErrors[kind].status;
    this.code = graphErrors[kind].code;
    this.detail = detail;
  }

  /** The body of the answer; WhatsApp's carries its details apart. */
  body(platform: 'messenger' | 'whatsapp' | undefined): { error: Record<string, unknown> } {
    const { code, message, ...more }: GraphErrorKind = graphErrors[this.kind];
    const isWhatsApp = platform === 'whatsapp';
    return {
      error: {
        message: isWhatsApp ? `(#${code}) ${message}` : this.message,
        type: more.type ?? 'OAuthException',
        code,
        ...(more.subcode !== undefined && { error_subcode: more.subcode }),
        ...(isWhatsApp && { error_data: { messaging_product: 'whatsapp', details: this.detail || message } }),
        ...(code === 2 && { is_transient: true }),
        fbtrace_id: `A${randomBytes(8).toString('base64url')}`,
      },
    };
  }
}

/** Reads what somebody sent; the first thing that is wrong is refused with code 100 and the parameter's name in Meta's way. */
export function readParameter<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  value: unknown,
  refusal: GraphErrorName = 'parameter',
): z.infer<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = deepest(read.error.issues);
  const path = `${name}${(issue?.path ?? []).map((step) => `[${String(step)}]`).join('')}`;
  throw new GraphError(refusal, `Param ${path}: ${issue?.message ?? 'cannot be read'}`);
}

/** The issues of the branch of a union that got furthest, as it is the one that was meant. */
function deepest(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const [issue] = issues;
  if (issue?.code !== 'invalid_union' || issue.errors.length === 0) return issues;
  const [furthest = []] = issue.errors.toSorted((one, other) => depth(other) - depth(one));
  return deepest(furthest).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}
