/** Exact arithmetic on the decimal strings of the wire ("65.70"); never a float where a figure is shown. */

/** `a - b`, with the decimals of the more exact one. */
export function subtract(a: string, b: string): string {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  return write(units(a, decimals) - units(b, decimals), decimals);
}

/** True below zero. */
export function isNegative(amount: string): boolean {
  return units(amount, decimalsOf(amount)) < 0n;
}

/** True for zero, however many decimals it is written with. */
export function isZero(amount: string): boolean {
  return units(amount, decimalsOf(amount)) === 0n;
}

/** The amount without its sign. */
export function magnitude(amount: string): string {
  return amount.replace(/^-/, '');
}

const decimalsOf = (amount: string): number => (amount.split('.')[1] ?? '').length;

function units(amount: string, decimals: number): bigint {
  const [whole = '0', fraction = ''] = magnitude(amount).split('.');
  const size = BigInt(whole + fraction.padEnd(decimals, '0'));
  return amount.startsWith('-') ? -size : size;
}

function write(size: bigint, decimals: number): string {
  const digits = (size < 0n ? -size : size).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return `${size < 0n ? '-' : ''}${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}`;
}
