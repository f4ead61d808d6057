import type { LinkSealer } from '#vault';

/** For tests to which keys are no matter: what is kept is only written as it is. */
export const openSealer = {
  sealState: (_place: string, _row: string, value: unknown) => Buffer.from(JSON.stringify(value)),
  openState: (_place: string, _row: string, sealed: Buffer) => {
    const value: unknown = JSON.parse(sealed.toString());
    return { use: <Result>(work: (value: never) => Result) => work(value as never) };
  },
} as object as LinkSealer;
