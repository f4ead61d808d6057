/** How good verdicts are, in figures. Shares are 0 to 1. */

/** A question's right class and what it was taken for. */
export interface Judged {
  readonly answer: string;
  readonly said: string;
  readonly confidence: number;
}

export interface Accuracy {
  readonly questions: number;
  readonly accuracy: number;
  /** The mean of the classes' own shares: each class counts alike, however many questions it has. */
  readonly balanced: number;
  readonly macroF1: number;
}

/** Accuracy over classes that occur among the answers. */
export function accuracyOf(judged: readonly Judged[]): Accuracy {
  const right = counted(judged.filter(({ answer, said }) => answer === said).map(({ answer }) => answer));
  const asked = counted(judged.map(({ answer }) => answer));
  const said = counted(judged.map((one) => one.said));
  const classes = [...asked.keys()];
  const shares = classes.map((one) => (right.get(one) ?? 0) / (asked.get(one) ?? 1));
  const f1 = classes.map((one) => (2 * (right.get(one) ?? 0)) / ((asked.get(one) ?? 0) + (said.get(one) ?? 0)));
  return {
    questions: judged.length,
    accuracy: rounded(sum([...right.values()]) / judged.length),
    balanced: rounded(sum(shares) / classes.length),
    macroF1: rounded(sum(f1) / classes.length),
  };
}

/** Which pairs are confused most often. */
export function confusionsOf(judged: readonly Judged[], most: number): { is: string; said: string; times: number }[] {
  const wrong = judged.filter(({ answer, said }) => answer !== said);
  return [...counted(wrong.map(({ answer, said }) => `${answer} ${said}`))]
    .map(([pair, times]) => ({ is: pair.split(' ')[0] ?? '', said: pair.split(' ')[1] ?? '', times }))
    .toSorted((a, b) => b.times - a.times || a.is.localeCompare(b.is))
    .slice(0, most);
}

/** Expected calibration error: how far confidence is from the share that is right, over ten bands alike in width. */
export function calibrationError(judged: readonly Judged[]): number {
  const bands = Array.from({ length: 10 }, () => ({ confidence: 0, right: 0 }));
  for (const { answer, said, confidence } of judged) {
    const band = bands[Math.min(9, Math.floor(confidence * 10))];
    if (band === undefined) continue;
    band.confidence += confidence;
    band.right += answer === said ? 1 : 0;
  }
  return rounded(sum(bands.map(({ confidence, right }) => Math.abs(confidence - right))) / judged.length);
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Which share of the values holds. */
export const shareOf = <Value>(values: readonly Value[], holds: (value: Value) => boolean): number =>
  rounded(values.filter(holds).length / values.length);

/** Four digits behind the point: more than the questions bear. */
export const rounded = (value: number): number => Number(value.toFixed(4));

export const sum = (values: readonly number[]): number => values.reduce((so, one) => so + one, 0);

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
