/** What went wrong, in FDX's numbers; each with its HTTP status. Where FDX has none, the status stands for it. */
export const fdxErrors = {
  headerMissing: { status: 400, code: '400', message: 'A required header or parameter is missing or not readable' },
  customerNotFound: { status: 404, code: '601', message: 'Customer not found' },
  notAuthorized: { status: 403, code: '602', message: 'Customer not authorized' },
  consentEnded: { status: 401, code: '602', message: 'Customer not authorized' },
  authenticationFailed: { status: 401, code: '603', message: 'Authentication failed' },
  accountNotFound: { status: 404, code: '701', message: 'Account not found' },
  invalidDateRange: { status: 400, code: '703', message: 'Invalid date range' },
  invalidAccountType: { status: 409, code: '704', message: 'Invalid account type for this call' },
  bodyInvalid: { status: 422, code: '422', message: 'The body cannot be read' },
  keyReused: { status: 409, code: 'key-reused', message: 'The key was used for something else' },
  noSuchAction: { status: 404, code: 'no-such-action', message: 'Nothing was asked under this key' },
  noSuchSubject: { status: 404, code: '404', message: 'Not found' },
  noData: { status: 404, code: '1107', message: 'Data not found' },
  tooManyRequests: { status: 429, code: '1207', message: 'Too many requests' },
  internal: { status: 500, code: '500', message: 'Internal server error' },
  maintenance: { status: 503, code: '503', message: 'Service unavailable' },
} as const;

/** A refusal of the FDX API; sent as {code, message, debugMessage}. */
export class FdxError extends Error {
  readonly status: number;
  readonly body: { readonly code: string; readonly message: string; readonly debugMessage: string };
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: keyof typeof fdxErrors, debugMessage: string, headers: Record<string, string> = {}) {
    const { status, code, message } = fdxErrors[kind];
    super(debugMessage);
    this.status = status;
    this.body = { code, message, debugMessage };
    this.headers = headers;
  }
}
