import type { AccountLabel, MatterIcon, MatterWords } from '#contract';
import { shortAccountName } from '#contract';
import { box, words, type Element } from './element.ts';
import type { Palette } from './palette.ts';
import type { Face, PictureRequest } from './picture.ts';

/** The one anatomy of all cards, as `web/kit/card.tsx` has it: who, what, where and when, media, rows. In pixels. */

/** Width of a card in its own pixels; drawn twice as large. */
export const cardWidth = 400;
/** Air beside what it says. */
export const air = 16;

/** What a card is drawn with. */
export interface Drawing {
  readonly request: PictureRequest;
  readonly texts: MatterWords;
  readonly palette: Palette;
}

/** Sizes of type, as the screens' tokens have them. */
export const type = {
  caption: { fontSize: 12, lineHeight: '16px' },
  small: { fontSize: 13, lineHeight: '18px' },
  body: { fontSize: 15, lineHeight: '22px' },
  read: { fontSize: 16, lineHeight: '23px' },
  title: { fontSize: 20, lineHeight: '26px', fontWeight: 600, letterSpacing: -0.2 },
  amount: { fontSize: 28, lineHeight: '32px', fontWeight: 600, letterSpacing: -0.56 },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly fontSize: number;
      readonly lineHeight: string;
      readonly fontWeight?: 400 | 600;
      readonly letterSpacing?: number;
    }
  >
>;

/** Who: mark and name, the account or order, and when it was said. */
export function who({ request, texts, palette }: Drawing, account: AccountLabel | string | undefined): Element {
  const label = typeof account === 'object' ? shortAccountName(texts, account) : account;
  return box({ alignItems: 'center', gap: 8, padding: `14px ${air}px 0` }, [
    mark(request.face, palette),
    words({ ...type.small, fontWeight: 600, color: palette('ink'), flexShrink: 0, maxWidth: 200 }, request.face.name),
    label
      ? words({ ...type.small, color: palette('ink-quiet'), flexGrow: 1, flexBasis: 0 }, label)
      : box({ flexGrow: 1 }, []),
    words({ ...type.small, color: palette('ink-quiet'), flexShrink: 0 }, texts.time(request.at)),
  ]);
}

/** Two letters on the accent of a bank; on a quiet ground, of anybody else. */
export function mark(face: Face, palette: Palette): Element {
  const isBank = face.accent.light !== '';
  const style = {
    width: 20,
    height: 20,
    borderRadius: 6,
    flexShrink: 0,
    alignItems: 'center',
    justifyContent: 'center',
  };
  return box({ ...style, backgroundColor: palette(isBank ? 'bank' : 'sunken') }, [
    words(
      { fontSize: 9, lineHeight: '9px', fontWeight: 600, color: palette(isBank ? 'on-bank' : 'ink-quiet') },
      face.mark,
    ),
  ]);
}

/** What a card says first. */
export interface WhatSaid {
  readonly amount?: string;
  /** The amount is no longer true: it was given back. */
  readonly reversed?: boolean;
  readonly title?: string;
  readonly name?: string;
  readonly icon?: MatterIcon;
}

/** The amount or the state, large; the merchant or subject under it; an icon's place beside. */
export function what({ palette }: Drawing, { amount, reversed = false, title, name, icon }: WhatSaid): Element {
  const struck = { textDecoration: 'line-through', color: palette('ink-quiet') } as const;
  return box({ alignItems: 'center', justifyContent: 'space-between', gap: 12, padding: `8px ${air}px 0` }, [
    box({ flexDirection: 'column', flexGrow: 1, flexBasis: 0 }, [
      amount ? words({ ...type.amount, color: palette('ink'), ...(reversed && struck) }, amount) : undefined,
      title ? words({ ...type.title, color: palette('ink') }, title, 2) : undefined,
      name ? words({ ...type.read, color: palette('ink') }, name, 2) : undefined,
    ]),
    icon
      ? box({ width: 40, height: 40, flexShrink: 0, borderRadius: 12, backgroundColor: palette('sunken') }, [], 'icon')
      : undefined,
  ]);
}

/** One line, or two: where and when, or what there is to say of the state. */
export function where({ palette }: Drawing, text: string): Element {
  return box({ padding: `1px ${air}px 12px` }, [words({ ...type.small, color: palette('ink-quiet') }, text, 3)]);
}

/** A name on the left and what it stands for on the right; `detail` under the name, `says` under the amount. */
export interface RowSaid {
  readonly name: string;
  readonly value: string;
  readonly detail?: string | undefined;
  readonly says?: string;
  readonly strong?: boolean;
}

/** Rows behind hairlines. `notes`: their names are quiet; `lines`, of a bill: their amounts are too. */
export function rows({ palette }: Drawing, said: readonly RowSaid[], as?: 'notes' | 'lines'): Element {
  const quiet = as === 'lines';
  const row = ({ name, value, detail, says, strong }: RowSaid): Element =>
    box(
      {
        alignItems: 'flex-start',
        justifyContent: 'space-between',
        gap: 16,
        padding: '7px 0',
        borderTop: `1px solid ${palette('line')}`,
      },
      [
        box({ flexDirection: 'column', flexGrow: 1, flexBasis: 0 }, [
          as !== undefined && !strong
            ? words({ ...type.small, lineHeight: '22px', color: palette('ink-quiet') }, name)
            : words({ ...type.body, color: palette('ink'), ...(strong && { fontWeight: 600 }) }, name),
          detail ? words({ ...type.small, color: palette('ink-quiet') }, detail, 2) : undefined,
        ]),
        box({ flexDirection: 'column', alignItems: 'flex-end', flexShrink: 0 }, [
          words({ ...type.body, fontWeight: quiet && !strong ? 400 : 600, color: palette('ink') }, value),
          says ? words({ ...type.small, color: palette('ink-quiet') }, says) : undefined,
        ]),
      ],
    );
  return box({ flexDirection: 'column', padding: `0 ${air}px 8px` }, said.map(row));
}
