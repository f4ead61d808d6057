/** A delivery of a run, as it stands in the end. */
export interface StandingRow {
  readonly identityId: string;
  readonly seq: bigint;
  readonly state: string;
  readonly code: string | null;
  /** Bodies that it is sent in. */
  readonly parts: number;
}

/** What became of the bodies of a run, beside what was shown. */
export interface Standing {
  /** Bodies of what was delivered. */
  readonly bodies: number;
  /** Bodies that should have been shown and were not, nor stand with a reason that holds for their person. */
  readonly missing: number;
  /** Bodies of what was given up, as nobody knew twice what had become of a call, that were in truth never shown. */
  readonly neverShown: number;
}

/**
 * Compares how deliveries stand with what was shown. What is not delivered may stand so where it was given up after
 * two unknown outcomes, which is counted for itself, and where nobody can reach its person: then the oldest waits for
 * them, and what is newer behind it.
 *
 * @param rows by person and number, ascending
 * @param copiesOf how often a person was shown a body
 * @param isUnreachable whether nobody can reach the person
 */
export function standingOf<Row extends StandingRow>(
  rows: readonly Row[],
  copiesOf: (row: Row, part: number) => number,
  isUnreachable: (row: Row) => boolean,
): Standing {
  const counted = { bodies: 0, missing: 0, neverShown: 0 };
  for (const lane of Map.groupBy(rows, ({ identityId }) => identityId).values()) {
    let waits = false;
    for (const row of lane) {
      const unseen = Array.from({ length: row.parts }, (_, part) => copiesOf(row, part)).filter((n) => n === 0).length;
      if (row.state === 'delivered') {
        counted.bodies += row.parts;
        counted.missing += unseen;
      } else if (row.state === 'parked' && row.code === 'unknown-twice') counted.neverShown += unseen;
      else {
        const isWaiting = row.state === 'waiting' && isUnreachable(row);
        if (isWaiting && row.code === 'may-not-write') waits = true;
        if (!isWaiting || !waits) counted.missing += 1;
      }
    }
  }
  return counted;
}
