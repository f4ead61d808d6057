import { TellerlineError } from '#base';

/** One record of a CSV. */
export interface CsvRecord {
  /** The line on which it begins, counted from 1. */
  line: number;
  /** Undefined when its quotes are out of order. */
  fields: string[] | undefined;
}

/** Lines that one quoted field may run over. */
const linesPerRecordMax = 10;
/** No line of a real file is longer; a file without line ends is not CSV. */
const lineCharactersMax = 64 * 1024;

/**
 * Splits text into records (RFC 4180; comma, semicolon or tab, whichever the first line has most of).
 * Made for files that somebody edited by hand: a quote that is never closed costs its own line, while
 * readers that follow the grammar to the letter take everything behind it for one field.
 *
 * @throws TellerlineError `file_unreadable` when a line has no end
 */
export async function* readRecords(chunks: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let delimiter: string | undefined;
  /** Lines of a record that is not yet whole. */
  let open: string[] = [];
  let line = 0;
  for await (const text of readLines(chunks)) {
    line += 1;
    delimiter ??= findDelimiter(text);
    open.push(text);
    while (open.length > 0) {
      const record = takeRecord(open, delimiter, open.length >= linesPerRecordMax);
      if (record === undefined) break;
      const first = line - open.length + 1;
      open = open.slice(record.lines);
      if (!record.blank) yield { line: first, fields: record.fields };
    }
  }
  while (open.length > 0) {
    const record = takeRecord(open, delimiter ?? ',', true) ?? { lines: open.length, fields: undefined };
    yield { line: line - open.length + 1, fields: record.fields };
    open = open.slice(record.lines);
  }
}

/**
 * The record that begins with the first of these lines: on that line alone or, when a quote is open at its
 * end, on several. Undefined when more lines are needed and may still come.
 */
function takeRecord(
  lines: readonly string[],
  delimiter: string,
  complete: boolean,
): { lines: number; fields: string[] | undefined; blank?: boolean } | undefined {
  if (lines[0]?.trim() === '') return { lines: 1, fields: undefined, blank: true };
  for (let count = 1; count <= lines.length; count += 1) {
    const fields = splitFields(lines.slice(0, count).join('\n'), delimiter);
    if (fields === 'open') continue;
    // Several lines that do not make a record: the first is at fault, the others get their own turn.
    return { lines: fields === undefined ? 1 : count, fields };
  }
  return complete ? { lines: 1, fields: undefined } : undefined;
}

/** The fields of one record without their quotes; `open` when it ends inside quotes, undefined when a quote stands wrong. */
function splitFields(text: string, delimiter: string): string[] | 'open' | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let end: number;
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1);
      while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close < 0) return 'open';
      end = close + 1;
      if (end < text.length && text[end] !== delimiter) return undefined;
      fields.push(
        text
          .slice(at + 1, close)
          .replaceAll('""', '"')
          .trim(),
      );
    } else {
      const next = text.indexOf(delimiter, at);
      end = next < 0 ? text.length : next;
      fields.push(text.slice(at, end).trim());
    }
    if (end >= text.length) return fields;
    at = end + 1;
  }
}

function findDelimiter(header: string): string {
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).sign;
}

async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let first = true;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield first ? line.replace(/^\uFEFF/, '') : line;
      first = false;
    }
    if (rest.length > lineCharactersMax) {
      throw new TellerlineError('file_unreadable', 422, 'The file has a line without an end: it is not CSV.');
    }
  }
  if (rest !== '') yield first ? rest.replace(/^\uFEFF/, '') : rest;
}
