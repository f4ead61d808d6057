const script = /<script\b([^>]{0,500})>([\s\S]{0,300000}?)<\/script\s*>/gi;

/** The texts of a page's scripts of JSON-LD, without the comment or CDATA marks that some systems put around them. */
export function jsonLdOf(html: string): string[] {
  const found: string[] = [];
  for (const [, attributes = '', body = ''] of html.matchAll(script)) {
    if (!/\btype\s*=\s*["']?\s*application\/ld\+json/i.test(attributes)) continue;
    found.push(
      body
        .replace(/^\s*(?:\/\/|\/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*\/)?/, '')
        .replace(/(?:\/\/|\/\*)?\s*(?:-->|\]\]>)\s*(?:\*\/)?\s*$/, '')
        .trim(),
    );
  }
  return found;
}

/** Whether a text is a page and no JSON. */
export const isHtml = (text: string): boolean => /^\uFEFF?\s*</.test(text);
