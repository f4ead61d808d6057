/** A wait told so is held to be right when it is off by a quarter of what came true at most. */
const quarter = 0.25;
/** Under a minute nobody counts quarters: a few seconds are right. */
const shortSeconds = 60;
const shortOffSeconds = 15;

/** Whether what was told came true. */
export function cameTrue(toldSeconds: number, cameSeconds: number): boolean {
  return Math.abs(toldSeconds - cameSeconds) <= (cameSeconds >= shortSeconds ? quarter * cameSeconds : shortOffSeconds);
}

/**
 * What to tell, in seconds, of a wait drawn many times: the number that comes true in the most draws. It lies below the
 * mean, which the few longest waits pull up, and above what would please.
 */
export function worthTelling(drawnWaits: readonly number[]): number {
  const waits = drawnWaits.toSorted((a, b) => a - b);
  const scored = waits.map((wait) => {
    // A wait at the lower end of what a number covers, and the number itself: the best one has one of the two.
    const told = wait >= shortSeconds ? wait * (1 + quarter) : wait + shortOffSeconds;
    return { told, right: covered(waits, told) };
  });
  const most = Math.max(...scored.map(({ right }) => right));
  // Of many that are nearly as good, the middle one: a best by chance lies anywhere.
  const good = scored.filter(({ right }) => right >= most * 0.97);
  return good[Math.floor(good.length / 2)]?.told ?? 0;
}

/** How many of these, in order, come true under a number. */
function covered(waits: readonly number[], told: number): number {
  let right = 0;
  for (const wait of waits) {
    if (wait > told * 1.4 + shortOffSeconds) break;
    if (cameTrue(told, wait)) right += 1;
  }
  return right;
}
