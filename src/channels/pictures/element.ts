import type { Weight } from './typeface.ts';

/**
 * The elements that the layout takes: React's form, without React, whose types would declare a browser's globals
 * for the whole server.
 */
export interface Element {
  readonly type: 'div';
  readonly key: string | null;
  readonly props: { readonly style: Style; readonly children: string | readonly Element[] };
}

/** CSS, as far as the layout knows it; numbers are pixels. */
export type Style = Readonly<Record<string, string | number | undefined>>;

/** A box with others inside. Its key finds where it came to stand. */
export function box(style: Style, children: readonly (Element | undefined)[], key?: string): Element {
  const inside = children.filter((child) => child !== undefined);
  const props = { style: { display: 'flex', boxSizing: 'border-box', ...style }, children: inside };
  return { type: 'div', key: key ?? null, props };
}

/** A text's size, line, weight and colour; the rest as CSS. */
export type TextStyle = Style & {
  readonly fontSize: number;
  readonly lineHeight: string;
  readonly fontWeight?: Weight;
  readonly color: string;
};

/** Words, on one line with an ellipsis unless `lines` allows more. */
export function words(style: TextStyle, text: string, lines = 1): Element {
  const props = {
    style: {
      display: 'block',
      boxSizing: 'border-box',
      fontWeight: 400,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      ...(lines === 1 ? { whiteSpace: 'nowrap' } : { lineClamp: lines, overflowWrap: 'anywhere' }),
      ...style,
    },
    children: text,
  };
  return { type: 'div', key: null, props };
}
