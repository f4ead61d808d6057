const [openBrace, openBracket, closeBrace, closeBracket, quote, backslash] = Buffer.from('{[}]"\\');

/**
 * Whether JSON is nested deeper than this, told from its bytes before anything is built from it. What is not JSON
 * may be called either.
 */
export function isDeeperThan(body: Buffer, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (inString && byte === backslash) at += 1;
    else if (byte === quote) inString = !inString;
    else if (inString) continue;
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}
