import { metIn, type FeatureRule } from '../../src/conversation/intents/features.ts';
import type { Chance } from './chance.ts';

/** A question that is hashed once and drawn from in each round. */
export interface Question {
  readonly answer: number;
  readonly met: MetOnce;
}

/** What is met in a question (`metIn`), in columns, without what training never learns. */
interface MetOnce {
  readonly words: number;
  readonly buckets: Int32Array;
  /** 1 for runs of letters. */
  readonly isLetters: Uint8Array;
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

export function metOf(words: readonly string[], rule: FeatureRule, rarity: Float32Array): MetOnce {
  const met = metIn(words, rule).filter(({ bucket }) => (rarity[bucket] ?? 0) > 0);
  return {
    words: words.length,
    buckets: Int32Array.from(met, ({ bucket }) => bucket),
    isLetters: Uint8Array.from(met, ({ isLetters }) => (isLetters ? 1 : 0)),
    first: Uint8Array.from(met, ({ first }) => first),
    last: Uint8Array.from(met, ({ last }) => last),
  };
}

/** Draws what a question shows in one round, weighed as `weighed` of features.ts does, and of that leaves much out. */
export class Drawing {
  /** The first `count` rows and weights are those of the question drawn last. */
  count = 0;
  readonly rows: Int32Array;
  readonly weights: Float32Array;
  readonly #rarity: Float32Array;
  readonly #rowOf: Int32Array;
  readonly #counts: Int32Array;
  /** Of each bucket: in which draw it was met last, and at which place. Words and letters are told apart. */
  readonly #metIn: Int32Array;
  readonly #placeOf: Int32Array;
  readonly #hidden = new Uint8Array(256);
  #draws = 0;

  constructor(rarity: Float32Array, rowOf: Int32Array) {
    this.#rarity = rarity;
    this.#rowOf = rowOf;
    this.rows = new Int32Array(rarity.length * 2);
    this.weights = new Float32Array(rarity.length * 2);
    this.#counts = new Int32Array(rarity.length * 2);
    this.#metIn = new Int32Array(rarity.length * 2);
    this.#placeOf = new Int32Array(rarity.length * 2);
  }

  draw(
    met: MetOnce,
    without: { readonly withoutWords: number; readonly withoutBuckets: number },
    chance: Chance,
  ): void {
    for (let word = 0; word < met.words; word += 1) this.#hidden[word] = chance() < without.withoutWords ? 1 : 0;
    const length = [0, 0];
    const places = this.#count(met);
    for (let at = 0; at < places; at += 1) this.#weigh(at, length);
    const lengths = length.map(Math.sqrt);
    this.count = 0;
    for (let at = 0; at < places; at += 1) {
      if (chance() < without.withoutBuckets) continue;
      const key = this.rows[at] ?? 0;
      const part = key % 2;
      this.weights[this.count] = (this.weights[at] ?? 0) / ((lengths[part] ?? 1) * (1 - without.withoutBuckets));
      this.rows[this.count] = this.#rowOf[key >> 1] ?? 0;
      this.count += 1;
    }
  }

  /** Puts each bucket met into `rows` once (twice the bucket, plus 1 for letters). Returns how many there are. */
  #count({ buckets, isLetters, first, last }: MetOnce): number {
    this.#draws += 1;
    let places = 0;
    for (let at = 0; at < buckets.length; at += 1) {
      if (this.#hidden[first[at] ?? 0] === 1 || this.#hidden[last[at] ?? 0] === 1) continue;
      const key = (buckets[at] ?? 0) * 2 + (isLetters[at] ?? 0);
      if (this.#metIn[key] === this.#draws) {
        const place = this.#placeOf[key] ?? 0;
        this.#counts[place] = (this.#counts[place] ?? 0) + 1;
        continue;
      }
      this.#metIn[key] = this.#draws;
      this.#placeOf[key] = places;
      this.#counts[places] = 1;
      this.rows[places] = key;
      places += 1;
    }
    return places;
  }

  #weigh(at: number, squares: number[]): void {
    const key = this.rows[at] ?? 0;
    const weight = (1 + Math.log(this.#counts[at] ?? 1)) * (this.#rarity[key >> 1] ?? 0);
    this.weights[at] = weight;
    squares[key % 2] = (squares[key % 2] ?? 0) + weight * weight;
  }
}
