/** Why a passkey was not made or not taken: a code of the hub's, or one of ours: `cancelled`, `unsupported`, `no_answer`. */
export class PasskeyProblem extends Error {
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(code, options);
    this.name = 'PasskeyProblem';
    this.code = code;
  }
}
