/** The reference of a link: the last twelve digits of its id, in groups of four. */
export function referenceOf(linkId: string): string {
  return linkId
    .slice(-12)
    .toUpperCase()
    .replaceAll(/(.{4})(?=.)/g, '$1-');
}
