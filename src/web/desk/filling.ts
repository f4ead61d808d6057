/** What the variables of a prepared answer stand for; what is not known is left to whoever writes. */
export type Filling = Readonly<Partial<Record<'customer' | 'bank' | 'case' | 'staff', string>>>;

const variable = /\{(customer|bank|case|staff)\}/g;

/** Puts what is known into a prepared answer. */
export function filled(text: string, filling: Filling): string {
  return text.replaceAll(variable, (whole, name: keyof Filling) => filling[name] ?? whole);
}

/** The first variable that is not filled in yet: where it stands, from and to. */
export function firstGap(
  text: string,
): { readonly from: number; readonly to: number; readonly name: string } | undefined {
  const found = new RegExp(variable.source).exec(text);
  return found ? { from: found.index, to: found.index + found[0].length, name: found[0] } : undefined;
}

/** A name for a new prepared answer, of its title: letters, digits and dashes. */
export function keyOf(title: string): string {
  return title
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 64);
}
