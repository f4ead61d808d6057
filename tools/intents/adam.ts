const steadiness = 0.9;
const squareSteadiness = 0.999;

/**
 * Numbers that are learnt, moved as Adam does (Kingma and Ba 2014, arXiv 1412.6980). They stand in rows; only rows
 * that a batch touched are moved, since a question meets a hundred of many thousand buckets.
 */
export class Adam {
  readonly values: Float32Array;
  /** What the batch asks of each number; added up by whoever learns, empty again after a move. */
  readonly slopes: Float32Array;
  readonly #width: number;
  readonly #means: Float32Array;
  readonly #squares: Float32Array;
  readonly #isTouched: Uint8Array;
  #touched: number[] = [];

  constructor(values: Float32Array, width: number) {
    this.values = values;
    this.slopes = new Float32Array(values.length);
    this.#width = width;
    this.#means = new Float32Array(values.length);
    this.#squares = new Float32Array(values.length);
    this.#isTouched = new Uint8Array(values.length / width);
  }

  /** Says that slopes of this row were added to. */
  touch(row: number): void {
    if (this.#isTouched[row] === 1) return;
    this.#isTouched[row] = 1;
    this.#touched.push(row);
  }

  /** Moves the touched rows. `done`: how many batches there were, this one included. */
  move(step: number, done: number): void {
    const { values, slopes } = this;
    const means = this.#means;
    const squares = this.#squares;
    const bold = step / (1 - steadiness ** done);
    const evened = 1 / (1 - squareSteadiness ** done);
    for (const row of this.#touched) {
      this.#isTouched[row] = 0;
      const end = (row + 1) * this.#width;
      for (let at = row * this.#width; at < end; at += 1) {
        const slope = slopes[at] ?? 0;
        const mean = steadiness * (means[at] ?? 0) + (1 - steadiness) * slope;
        const square = squareSteadiness * (squares[at] ?? 0) + (1 - squareSteadiness) * slope * slope;
        means[at] = mean;
        squares[at] = square;
        values[at] = (values[at] ?? 0) - (bold * mean) / (Math.sqrt(square * evened) + 1e-8);
        slopes[at] = 0;
      }
    }
    this.#touched = [];
  }
}
