import type { Row } from './measured.ts';
import type { Results } from './results.ts';

const width = 860;
const margin = 24;
const rowHeight = 50;
const barHeight = 10;
const topHeight = 84;
/** The goal stands in the middle; what is more than twice of it ends at the edge. */
const barWidth = width - 2 * margin;
const ratioMax = 2;

/**
 * Draws every figure that has a goal as a bar against it: an SVG that stands alone, light or dark as its reader
 * likes, and says in words what it shows.
 */
export function pictureOf({ at, machine, rows }: Results): string {
  const promised = rows.filter((row) => row.goal !== null);
  const height = topHeight + promised.length * rowHeight + margin;
  const words = promised.map((row) => `${row.name}: ${valueOf(row)}, ${goalOf(row)}.`).join(' ');
  const date = at.slice(0, 10);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title words">
<title id="title">What Tellerline reached on ${escape(date)}, against what it promises</title>
<desc id="words">${escape(words)}</desc>
<style>
  svg { background: #f5f4f1; color: #1c1b19; font: 14px system-ui, sans-serif; }
  text { fill: currentColor; }
  .head { font-size: 18px; font-weight: 600; }
  .quiet { fill: #5d5a54; font-size: 12px; }
  .ground { fill: #e0ddd5; }
  .reached { fill: #17693a; }
  .missed { fill: #b1241c; }
  .goal { stroke: currentColor; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    svg { background: #121211; color: #f2f0ea; }
    .quiet { fill: #b4b1a9; }
    .ground { fill: #34332f; }
    .reached { fill: #74d09a; }
    .missed { fill: #ff9389; }
  }
</style>
<g aria-hidden="true">
<text class="head" x="${margin}" y="34">Measured on ${escape(date)}, against what is promised</text>
<text class="quiet" x="${margin}" y="54">${escape(machine)}</text>
<text class="quiet" x="${margin}" y="70">The line in the middle is the goal. “At least”: the bar is to reach it; “at most”: to stay before it.</text>
${promised.map((row, n) => bar(row, topHeight + n * rowHeight)).join('\n')}
</g>
</svg>
`;
}

function bar(row: Row, top: number): string {
  const ratio = Math.min(ratioMax, row.value / (row.goal || 1));
  const length = Math.max(2, (ratio / ratioMax) * barWidth);
  const goalAt = margin + barWidth / ratioMax;
  const barTop = top + 24;
  return [
    `<text x="${margin}" y="${top + 16}">${escape(row.name)}</text>`,
    `<text x="${width - margin}" y="${top + 16}" text-anchor="end">${escape(`${valueOf(row)}, ${goalOf(row)}`)}</text>`,
    `<rect class="ground" x="${margin}" y="${barTop}" width="${barWidth}" height="${barHeight}" rx="5"/>`,
    `<rect class="${row.reached ? 'reached' : 'missed'}" x="${margin}" y="${barTop}" width="${length.toFixed(1)}" height="${barHeight}" rx="5"/>`,
    `<line class="goal" x1="${goalAt}" x2="${goalAt}" y1="${barTop - 3}" y2="${barTop + barHeight + 3}"/>`,
  ].join('\n');
}

const number = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 3 });
const valueOf = ({ value, unit }: Row): string => (unit === '×' ? `${number(value)} ×` : `${number(value)} ${unit}`);

/** A goal that was kept by more, or missed by less, is one of at least so much. */
function goalOf({ value, goal, reached }: Row): string {
  const least = reached === value >= (goal ?? 0);
  return `${least ? 'at least' : 'at most'} ${(goal ?? 0).toLocaleString('en')}: ${reached ? 'reached' : 'missed'}`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
