/** The parts of a sum, in minor units of one currency; what the body does not say is absent. */
export interface Parts {
  /** Of every line, before discounts. */
  readonly lines: readonly (bigint | undefined)[];
  readonly discount?: bigint | undefined;
  readonly shipping?: bigint | undefined;
  readonly tax?: bigint | undefined;
  readonly taxIncluded?: boolean | undefined;
  readonly tip?: bigint | undefined;
  readonly fees?: bigint | undefined;
}

/**
 * Lines − discounts + shipping + tax + tip + fees, where the tax is not in the prices already. Undefined when there
 * is no line, or a line without a price: then there is nothing to compare.
 */
export function sumOfParts(parts: Parts): bigint | undefined {
  const { lines, discount = 0n, shipping = 0n, tax = 0n, taxIncluded = false, tip = 0n, fees = 0n } = parts;
  let sum = 0n;
  for (const line of lines) {
    if (line === undefined) return undefined;
    sum += line;
  }
  if (lines.length === 0) return undefined;
  return sum - discount + shipping + (taxIncluded ? 0n : tax) + tip + fees;
}

/** Whether the parts are the total that the shop says; true where there is too little to compare. */
export function addsUp(parts: Parts, total: bigint | undefined): boolean {
  const sum = sumOfParts(parts);
  return sum === undefined || total === undefined || sum === total;
}
