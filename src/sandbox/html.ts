/** Text that is HTML already. Made by `html` alone, so that nothing unescaped gets into a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Part = string | number | Html | undefined | false | readonly Part[];

/** Tagged HTML: every `${value}` is escaped unless it was made by `html` itself; lists are joined, false is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(parts.reduce((text, part, index) => `${text}${written(values[index - 1])}${part}`));
}

function written(value: Part): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(written).join('');
  return String(value).replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? '');
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A whole page. Styles and scripts come from 'self' alone. */
export function page(options: {
  locale: string;
  title: string;
  bankId?: string | undefined;
  /** Names of files below /assets, besides the style sheet of all pages. */
  assets?: { readonly sheet: string; readonly script?: string };
  body: Html;
}): string {
  const { locale, title, bankId, assets, body } = options;
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="/assets/sandbox.css">
${assets && html`<link rel="stylesheet" href="/assets/${assets.sheet}" />`}
${assets?.script !== undefined && html`<script type="module" src="/assets/${assets.script}"></script>`}
</head>
<body${bankId !== undefined && html` data-bank="${bankId}"`}>
${body}
</body>
</html>
`.text;
}
