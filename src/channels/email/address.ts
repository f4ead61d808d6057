import { TellerlineError } from '#base';

/**
 * An address that one mail may go to, as its customer wrote it: one mailbox, in ASCII, without a name, a comment or
 * a line break, so that it can become no second recipient and no header.
 *
 * @throws TellerlineError `email_malformed`
 */
export function readAddress(written: string): string {
  const [, local = '', domain = ''] =
    /^([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@([A-Za-z0-9.-]{1,190})$/.exec(written) ?? [];
  const labels = domain.split('.');
  const isDomain =
    labels.length > 1 && labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
  const isLocal = local !== '' && !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
  // A number at the end is a machine's address and no domain.
  if (!isLocal || !isDomain || /^\d+$/.test(labels.at(-1) ?? ''))
    throw new TellerlineError('email_malformed', 422, 'This is not an e-mail address that can be written to.');
  return written;
}
