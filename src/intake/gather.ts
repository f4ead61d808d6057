/** Something that waits to be stored with others. */
interface Waiting<Item, Answer> {
  readonly items: readonly Item[];
  readonly answer: (answers: readonly Answer[]) => void;
  readonly refuse: (error: unknown) => void;
}

/** How much is stored at once. */
export interface GatherLimits {
  /** Transactions of one sender at a time: while they run, what arrives is gathered for the next. */
  readonly atOnceMax: number;
  /** Items in one transaction, unless one request alone has more. */
  readonly itemsMax: number;
}

/** Stores items of one sender; answers one answer an item, in their order. */
export type Store<Item, Answer> = (sender: string, items: readonly Item[]) => Promise<readonly Answer[]>;

/**
 * Stores what arrives while earlier requests are being stored together with them, in one transaction: so single
 * events cost what batches cost, and nobody waits when nothing else is there. A request that makes the whole
 * fail is refused alone: `isOfOne` tells its failure from that of the database.
 */
export function gather<Item, Answer>(
  store: Store<Item, Answer>,
  isOfOne: (error: unknown) => boolean,
  { atOnceMax, itemsMax }: GatherLimits,
): Store<Item, Answer> {
  const senders = new Map<string, { readonly waiting: Waiting<Item, Answer>[]; running: number }>();

  const goOn = (sender: string): void => {
    const of = senders.get(sender);
    if (!of) return;
    while (of.running < atOnceMax && of.waiting.length > 0) {
      const taken = take(of.waiting, itemsMax);
      of.running += 1;
      void storeTaken(sender, taken).finally(() => {
        of.running -= 1;
        if (of.running === 0 && of.waiting.length === 0) senders.delete(sender);
        else goOn(sender);
      });
    }
  };

  const storeTaken = async (sender: string, taken: readonly Waiting<Item, Answer>[]): Promise<void> => {
    try {
      const answers = await store(
        sender,
        taken.flatMap((one) => one.items),
      );
      let from = 0;
      for (const { items, answer } of taken) answer(answers.slice(from, (from += items.length)));
    } catch (error) {
      const [first, ...others] = taken;
      if (others.length === 0 || !isOfOne(error)) for (const { refuse } of taken) refuse(error);
      else for (const one of [first, ...others]) if (one) await storeTaken(sender, [one]);
    }
  };

  return (sender, items) =>
    new Promise((answer, refuse) => {
      const of = senders.get(sender) ?? { waiting: [], running: 0 };
      senders.set(sender, of);
      of.waiting.push({ items, answer, refuse });
      goOn(sender);
    });
}

/** Takes requests from the front, as many as fit. */
function take<Item, Answer>(waiting: Waiting<Item, Answer>[], itemsMax: number): Waiting<Item, Answer>[] {
  let items = 0;
  let count = 0;
  for (const one of waiting) {
    items += one.items.length;
    if (count > 0 && items > itemsMax) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
