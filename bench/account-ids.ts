/** The bank's own id of the account of the n-th link, from 0: whoever knows the number of links can name them all. */
export const accountIdOf = (n: number): string => `acct-${n}`;
