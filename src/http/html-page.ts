import type { Locale } from '#contract';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that may stand anywhere in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** The language of a page that is drawn before anybody is known: Spanish when the browser asks for it first. */
export function pageLocale(acceptLanguage: string | undefined): Locale {
  return /^\s*es\b/i.test(acceptLanguage ?? '') ? 'es' : 'en';
}

/** A whole page without script, in the look of `plain.css`. `title` is text, `body` is HTML. */
export function htmlPage(page: {
  readonly locale: Locale;
  readonly title: string;
  readonly body: string;
  readonly wide?: boolean;
}): string {
  return `<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main${page.wide ? ' class="wide"' : ''}>
${page.body}
</main>
</body>
</html>
`;
}

/**
 * A table that scrolls by itself on a narrow screen. `name`, `head` and `rows` are text; figures stand at the
 * right, under heads that do.
 *
 * @param figures which columns hold figures
 */
export function htmlTable(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  figures: readonly number[],
): string {
  const cell = (tag: 'th' | 'td', text: string, column: number): string =>
    `<${tag}${tag === 'th' ? ' scope="col"' : ''}${figures.includes(column) ? ' class="number"' : ''}>${escapeHtml(text)}</${tag}>`;
  const line = (tag: 'th' | 'td', cells: readonly string[]): string =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join('')}</tr>`;
  const lines = rows.map((row) => line('td', row)).join('');
  return `<div class="table" role="region" aria-label="${escapeHtml(name)}" tabindex="0"><table>${line('th', head)}${lines}</table></div>`;
}
