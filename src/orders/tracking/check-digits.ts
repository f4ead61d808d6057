/** How carriers compute the check digit of a number. Each takes the digits before it, in order, and answers it. */
export type CheckDigit = (digits: readonly number[]) => number;

/** The rest of the whole number by seven, digit by digit, as it may have thirty digits. */
export const modulo7: CheckDigit = (digits) => digits.reduce((rest, digit) => (rest * 10 + digit) % 7, 0);

/** Every second digit times `even` (the first, third …), the others times `odd`; what is missing to the next ten. */
export const luhnLike =
  (even: number, odd: number): CheckDigit =>
  (digits) => {
    const sum = digits.reduce((total, digit, at) => total + digit * (at % 2 === 0 ? even : odd), 0);
    return (10 - (sum % 10)) % 10;
  };

/** The rest by eleven of the digits times their weights; ten is written as zero. */
export const weightedBy11 =
  (weights: readonly number[]): CheckDigit =>
  (digits) =>
    (digits.reduce((total, digit, at) => total + digit * (weights[at] ?? 0), 0) % 11) % 10;

const postWeights = [8, 6, 4, 2, 3, 5, 9, 7];

/** Of the Universal Postal Union's standard S10: what is missing to eleven, where ten is zero and eleven is five. */
export const s10: CheckDigit = (digits) => {
  const missing = 11 - (digits.reduce((total, digit, at) => total + digit * (postWeights[at] ?? 0), 0) % 11);
  if (missing === 10) return 0;
  return missing === 11 ? 5 : missing;
};

/** The digits of a number; a letter counts as its place after A plus two, by ten, as UPS and OnTrac count it. */
export function digitsOf(text: string): number[] {
  return Array.from(text, (sign) => (sign >= '0' && sign <= '9' ? Number(sign) : (sign.charCodeAt(0) - 63) % 10));
}
