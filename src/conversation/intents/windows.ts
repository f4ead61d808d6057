import { bucketsOfWord, type FeatureRule } from './features.ts';

/**
 * A network that reads words in their order. Each word is a vector, summed from a row of its own and rows of its
 * letters; each filter looks at every three words that follow each other and keeps the highest of what it saw. So it
 * tells apart what counts of words and pairs of neighbours hardly do.
 */
export interface WindowNetwork {
  readonly rule: FeatureRule;
  readonly classes: number;
  /** Numbers in the vector of a word. */
  readonly width: number;
  readonly filters: number;
  /** By bucket: which row is its, -1 for one that training never met. */
  readonly rowOf: Int32Array;
  /** Rows of `width` whole numbers from -8 to 7, each times `rowScales` of its row. */
  readonly rows: Int8Array;
  readonly rowScales: Float32Array;
  /** By filter, three vectors: for the word before, the word, and the word after. */
  readonly inward: Float32Array;
  readonly filterBias: Float32Array;
  /** By filter, `classes` numbers. */
  readonly outward: Float32Array;
  readonly classBias: Float32Array;
}

/** How many neighbouring words a filter sees. */
export const windowWords = 3;

/** How much the row of a word as a whole counts; all rows of its letters together have length 1. */
const wholeWordCounts = 0.7;

/** The rows of a word that training met and what each counts. */
export function rowsOfWord(
  word: string,
  { rule, rowOf }: Pick<WindowNetwork, 'rule' | 'rowOf'>,
): { readonly rows: Int32Array; readonly weights: Float32Array } {
  const [whole = -1, ...letters] = bucketsOfWord(word, rule).map((bucket) => rowOf[bucket] ?? -1);
  const known = letters.filter((row) => row >= 0);
  const ofLetters = 1 / Math.sqrt(known.length);
  const rows = whole < 0 ? known : [whole, ...known];
  const weights = Float32Array.from(rows, (_, at) => (at === 0 && whole >= 0 ? wholeWordCounts : ofLetters));
  return { rows: Int32Array.from(rows), weights };
}

/** What each filter sees in a word: `filters` numbers each for it as the first, the second, and the third of three. */
export type Seen = Float32Array;

export function seenIn(word: string, network: WindowNetwork): Seen {
  const { width, filters, rows, rowScales, inward } = network;
  const met = rowsOfWord(word, network);
  const vector = new Float64Array(width);
  for (const [at, row] of met.rows.entries()) {
    const weight = (met.weights[at] ?? 0) * (rowScales[row] ?? 0);
    for (let one = 0; one < width; one += 1) vector[one] = (vector[one] ?? 0) + weight * (rows[row * width + one] ?? 0);
  }
  const seen = new Float32Array(windowWords * filters);
  for (let filter = 0; filter < filters; filter += 1)
    for (let place = 0; place < windowWords; place += 1) {
      const from = (filter * windowWords + place) * width;
      let sum = 0;
      for (let one = 0; one < width; one += 1) sum += (vector[one] ?? 0) * (inward[from + one] ?? 0);
      seen[place * filters + filter] = sum;
    }
  return seen;
}

/**
 * The score of each class; higher is likelier. Sums run in one order, so equal questions get equal scores.
 *
 * @param known what is seen in words that were looked at before (`seenIn`): for speed alone, it changes no score
 */
export function scoresOfWindows(
  network: WindowNetwork,
  words: readonly string[],
  known: ReadonlyMap<string, Seen>,
): Float64Array {
  const { filters, classes, outward, filterBias } = network;
  const nothing = new Float32Array(windowWords * filters);
  const seen = words.map((word) => known.get(word) ?? seenIn(word, network));
  const units = new Float64Array(filters);
  for (const [place, word] of seen.entries()) {
    const before = seen[place - 1] ?? nothing;
    const after = seen[place + 1] ?? nothing;
    for (let filter = 0; filter < filters; filter += 1) {
      const saw =
        (filterBias[filter] ?? 0) +
        (before[filter] ?? 0) +
        (word[filters + filter] ?? 0) +
        (after[2 * filters + filter] ?? 0);
      if (saw > (units[filter] ?? 0)) units[filter] = saw;
    }
  }
  const scores = new Float64Array(network.classBias);
  for (let unit = 0; unit < filters; unit += 1) {
    const value = units[unit] ?? 0;
    if (value === 0) continue;
    const from = unit * classes;
    for (let one = 0; one < classes; one += 1) scores[one] = (scores[one] ?? 0) + value * (outward[from + one] ?? 0);
  }
  return scores;
}
