/** A file of comma-separated values could not be read; the message is a plain sentence. */
export class UnreadableCsv extends Error {}

/**
 * Rows of comma-separated values as RFC 4180 has them: quotes around a value that holds commas, quotes or line ends,
 * a quote inside doubled, lines ended by CR LF or LF. A byte order mark and empty lines are passed over.
 *
 * @throws {UnreadableCsv} on a quote that is never closed, or that closes before a value's end
 */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const value = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const body = text.replace(/^\uFEFF/, '');
  let row: string[] = [];
  while (value.lastIndex < body.length || row.length > 0) {
    const at = value.lastIndex;
    const found = value.exec(body);
    if (found === null)
      throw new UnreadableCsv(`line ${lineAt(body, at)}: a quote stands where none may, or is never closed`);
    const [, quoted, plain = '', end] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** A question and which intent it has, if the file says so. */
export interface Question {
  readonly text: string;
  readonly category?: string;
}

/**
 * The questions of a file whose first line names its columns: `text`, and `category` where it is known.
 *
 * @throws {UnreadableCsv} on a file without questions or without a column `text`, and on a row of another width
 */
export function readQuestions(file: string): Question[] {
  const [head = [], ...rows] = readCsv(file);
  const names = head.map((name) => name.trim().toLowerCase());
  const at = names.indexOf('text');
  const categoryAt = names.indexOf('category');
  if (at < 0) throw new UnreadableCsv('its first line names no column "text"');
  if (rows.length === 0) throw new UnreadableCsv('it holds no questions');
  return rows.map((row, n) => {
    if (row.length !== head.length)
      throw new UnreadableCsv(`row ${n + 1} has ${row.length} values where the first line names ${head.length}`);
    const text = row[at] ?? '';
    return categoryAt < 0 ? { text } : { text, category: row[categoryAt] ?? '' };
  });
}
