/**
 * The widget: `<script src="https://tellerline.example/embed.js" data-label="Ask my bank" data-side="left"></script>`
 * adds a button that opens the messenger over the page. Attributes, all optional: `data-label` (what the
 * button says, "My bank" without it), `data-side` (`right` or `left`). The page must lie on the same site
 * as the messenger: its cookie is not sent, and its framing not allowed, elsewhere.
 */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const address = new URL('/', script.src);
  const label = script.dataset['label'] ?? 'My bank';
  const side = script.dataset['side'] === 'left' ? 'left' : 'right';

  const host = document.createElement('tellerline-messenger');
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  // By script, so that the page's own policy on styles does not matter.
  sheet.replaceSync(`
    :host { position: fixed; z-index: 2147483000; inset: auto; bottom: 16px; ${side}: 16px; }
    button { min-height: 48px; padding: 0 20px; border: 0; border-radius: 24px; background: #1c1b19; color: #fff; cursor: pointer;
      font: 600 15px/22px system-ui, sans-serif; box-shadow: 0 2px 6px rgb(28 27 25 / .2), 0 12px 32px rgb(28 27 25 / .2); }
    button:focus-visible { outline: 2px solid #2459d3; outline-offset: 2px; }
    iframe { display: none; width: min(400px, calc(100vw - 32px)); height: min(680px, calc(100dvh - 96px)); margin-bottom: 12px;
      border: 1px solid #e4e2dc; border-radius: 20px; background: #f5f4f1; box-shadow: 0 12px 48px rgb(28 27 25 / .25); }
    div { display: flex; flex-direction: column; align-items: ${side === 'left' ? 'flex-start' : 'flex-end'}; }
    .open iframe { display: block; }
  `);
  shadow.adoptedStyleSheets = [sheet];

  const box = document.createElement('div');
  const frame = document.createElement('iframe');
  frame.title = label;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.ariaExpanded = 'false';
  const toggle = (open: boolean): void => {
    // Loaded with the first press: a page that nobody asks costs nothing.
    if (open && !frame.src) frame.src = address.href;
    box.classList.toggle('open', open);
    button.ariaExpanded = String(open);
  };
  button.addEventListener('click', () => toggle(!box.classList.contains('open')));
  host.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') toggle(false);
  });
  box.append(frame, button);
  shadow.append(box);
  document.body.append(host);
})();
