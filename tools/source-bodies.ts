/**
 * The bodies in a recorded file: itself; of a recording of calls, what was answered; of a file with a body a line,
 * each line.
 */
export function bodiesIn(raw: Buffer): Buffer[] {
  const whole = parsed(raw.toString());
  if (whole) return [recorded(whole.value) ?? raw];
  const lines = raw
    .toString()
    .split('\n')
    .filter((line) => line.trim() !== '');
  const isListOfBodies = lines.length > 1 && lines.every((line) => parsed(line) !== undefined);
  return isListOfBodies ? lines.map((line) => Buffer.from(line)) : [raw];
}

/** Recordings keep a call's own part under `_request`, and the answer under `body`. */
function recorded(value: unknown): Buffer | undefined {
  if (typeof value !== 'object' || value === null || !('_request' in value) || !('body' in value)) return undefined;
  return Buffer.from(JSON.stringify(value.body));
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
