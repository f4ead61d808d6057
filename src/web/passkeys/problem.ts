/** Why a passkey was not made or not taken: by the browser: `cancelled`, `unsupported`, `passkey_known`. */
export class PasskeyProblem extends Error {
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(code, options);
    this.name = 'PasskeyProblem';
    this.code = code;
  }
}
