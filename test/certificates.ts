import { canMakeCertificates, makeAuthority } from '../src/sandbox/authority.ts';

/** Why certificates cannot be made here, or false. */
export const noCertificates = !canMakeCertificates() && 'the openssl command is not installed';

export { makeAuthority };
