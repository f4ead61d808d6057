import type { Plugin } from 'vite';

/** A page of the screens: what differs from the others. */
interface WebPage {
  readonly title: string;
  /** Its script, below src/web. */
  readonly entry: string;
  /** The one page that search engines may list, and what they may say of it. */
  readonly description?: string;
  /** What stands there without JavaScript. */
  readonly without?: string;
}

/** Every page, by the name of its file without `.html`. */
export const webPages: Readonly<Record<string, WebPage>> = {
  index: {
    title: 'Tellerline',
    entry: 'messenger/main.tsx',
    description: 'Your bank, in a chat: for what you allow and no longer.',
    without: 'Tellerline shows your messages with JavaScript. Please switch it on for this page.',
  },
  link: { title: 'Link a bank · Tellerline', entry: 'linking/main.tsx' },
  m: { title: 'Link a bank for your chat · Tellerline', entry: 'from-chat/main.tsx' },
  privacy: { title: 'Privacy centre · Tellerline', entry: 'privacy/main.tsx' },
  view: { title: 'Tellerline', entry: 'view/main.tsx' },
  desk: { title: 'Desk · Tellerline', entry: 'desk/main.tsx' },
  console: { title: 'Pull a bank out · Tellerline', entry: 'console/main.tsx' },
};

/** Gives the build every page, drawn from one template. */
export function pages(root: string): Plugin {
  const pageOf = (id: string): WebPage | undefined => {
    const name = id.startsWith(`${root}/`) && id.endsWith('.html') ? id.slice(root.length + 1, -'.html'.length) : '';
    return webPages[name];
  };
  return {
    name: 'tellerline:pages',
    enforce: 'pre',
    resolveId: (id) => (pageOf(id) ? id : null),
    load: (id) => {
      const page = pageOf(id);
      return page ? htmlOf(page) : null;
    },
  };
}

const withoutScript = 'Tellerline shows this page with JavaScript. Please switch it on for this page.';

/** A page's address may carry what is its visitor's alone: no other site hears of it. */
const unlisted = `<meta name="robots" content="noindex" />
    <meta name="referrer" content="no-referrer" />`;

function htmlOf({ title, entry, description, without = withoutScript }: WebPage): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta
      name="viewport"
      content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
    />
    ${description === undefined ? unlisted : `<meta name="description" content="${description}" />`}
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" content="#f5f4f1" media="(prefers-color-scheme: light)" />
    <meta name="theme-color" content="#121211" media="(prefers-color-scheme: dark)" />
    <title>${title}</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <script src="/theme.js"></script>
    <script type="module" src="./${entry}"></script>
  </head>
  <body>
    <div id="screen"></div>
    <noscript>${without}</noscript>
  </body>
</html>
`;
}
