import {
  matterOf,
  type Matter,
  type MatterCard,
  type MatterItem,
  type MatterPart,
  type MatterRow,
  type MatterTag,
} from '#contract';
import { air, mark, type, what, where, type Drawing } from './anatomy.ts';
import type { Composed } from './compose.ts';
import { box, words, type Element } from './element.ts';
import type { Sign } from './icons.ts';
import { paletteOf, type Palette } from './palette.ts';
import { placeMap } from './place-map.ts';
import { steps } from './steps.ts';

/** Alerts, acts, disputes, orders and parcels: the parts that the screens draw (`web/cards/matter-parts.tsx`), but for what can be opened or pressed. */

/** What is gathered while parts are drawn: signs over them, and land beneath them. */
interface Gathered {
  readonly signs: Record<string, Sign>;
  readonly under: Record<string, string>;
}

/** Puts such a card together. */
export function composeMatter(drawing: Drawing, card: MatterCard): Composed {
  const { request, texts } = drawing;
  const bank = 'bank' in card ? request.face : request.payer;
  const matter = matterOf(card, { words: texts, nowMs: request.nowMs, bankName: (id) => bank?.name ?? id });
  const gathered: Gathered = { signs: {}, under: {} };
  const { what: said, where: line } = matter;
  const parts = matter.parts.flatMap((part, index) => {
    const drawn = drawPart(drawing, part, `${part.part}${index}`, gathered);
    if (!drawn) return [];
    return part.part === 'map' && isOpen(matter.parts[index + 1]) ? [drawn, box({ height: 12 }, [])] : [drawn];
  });
  return {
    ...gathered,
    ...(said?.icon && { icon: said.icon }),
    parts: [
      head(drawing, matter, gathered),
      said &&
        what(drawing, {
          ...(said.amount !== undefined && { amount: said.amount }),
          ...(said.struck && { reversed: true }),
          ...(said.title !== undefined && { title: said.title }),
          ...(said.name !== undefined && { name: said.name }),
          ...(said.icon && { icon: said.icon }),
        }),
      said ? where(drawing, line ?? '') : box({ height: 8 }, []),
      ...parts,
    ],
  };
}

/** Whether a part begins without a hairline of its own. */
const isOpen = (part: MatterPart | undefined): boolean => part?.part === 'said' || part?.part === 'live';

/** Who, and at the right the time or a tag; of a settled matter the first line says all of it. */
function head({ request, texts, palette }: Drawing, { label, tag, folded }: Matter, { signs }: Gathered): Element {
  const bold = { ...type.small, fontWeight: 600, color: palette('ink') } as const;
  const quiet = { ...type.small, color: palette('ink-quiet') } as const;
  const [first, second] = folded ? [folded.amount, folded.name] : [request.face.name, label];
  return box({ alignItems: 'center', gap: 8, padding: `14px ${air}px 0` }, [
    mark(request.face, palette),
    words({ ...bold, flexShrink: 0, maxWidth: 200 }, first),
    second ? words({ ...quiet, flexGrow: 1, flexBasis: 0 }, second) : box({ flexGrow: 1 }, []),
    tag ? tagOf(tag, palette, signs) : words({ ...quiet, flexShrink: 0 }, texts.time(request.at)),
  ]);
}

function tagOf({ text, tone, icon }: MatterTag, palette: Palette, signs: Record<string, Sign>): Element {
  const colour = palette(tone === 'plain' ? 'ink-quiet' : tone);
  const ground = palette(tone === 'plain' ? 'sunken' : `${tone}-tint`);
  if (icon) signs['tag'] = { icon, colour, size: 14, stroke: 2 };
  const style = { alignItems: 'center', gap: 4, height: 24, padding: '0 8px', borderRadius: 6, flexShrink: 0 } as const;
  return box({ ...style, backgroundColor: ground, marginTop: -2, marginBottom: -2 }, [
    icon ? box({ width: 14, height: 14 }, [], 'tag') : undefined,
    words({ ...type.caption, fontWeight: 600, color: colour }, text),
  ]);
}

function drawPart(drawing: Drawing, part: MatterPart, key: string, gathered: Gathered): Element | undefined {
  const { palette } = drawing;
  switch (part.part) {
    case 'map':
      return map(drawing, part, gathered);
    case 'steps':
      return steps(drawing, part.steps, gathered.signs);
    case 'said':
      return said(drawing, part, key, gathered.signs);
    case 'live':
      return box({ padding: `0 ${air}px 12px` }, [words({ ...type.small, color: palette('ink') }, part.still, 3)]);
    case 'rows':
      return rows(palette, part.rows, part.as);
    case 'items':
      return items(drawing, part, key, gathered.signs);
    case 'matched':
      return matched(drawing, part);
    case 'call':
      return box({ flexDirection: 'column', padding: `0 ${air}px 12px` }, [
        words({ ...type.small, color: palette('ink-quiet') }, part.text, 2),
        words({ ...type.small, fontWeight: 600, color: palette('ink') }, `${part.label}: ${part.telephone}`),
      ]);
    case 'actions':
    case 'more':
      return undefined;
  }
}

type PartOf<Name extends MatterPart['part']> = Extract<MatterPart, { part: Name }>;

function map(drawing: Drawing, part: PartOf<'map'>, { under }: Gathered): Element | undefined {
  const { request, texts, palette } = drawing;
  const height = part.height === 'tall' ? 200 : 128;
  const accent = part.bank !== undefined && request.payer ? paletteOf(request.theme, request.payer) : palette;
  const made = placeMap(part.subjects, { texts, palette: accent, height, line: part.line });
  if (!made) return undefined;
  under['map'] = made.under;
  return made.element;
}

function said({ palette }: Drawing, part: PartOf<'said'>, key: string, signs: Record<string, Sign>): Element {
  const { title, texts, icon } = part;
  if (icon) signs[key] = { icon, colour: palette('ink-quiet'), size: 16, stroke: 2 };
  return box({ gap: 8, padding: `0 ${air}px 12px` }, [
    icon ? box({ width: 16, height: 16, marginTop: 1, flexShrink: 0 }, [], key) : undefined,
    box({ flexDirection: 'column', flexGrow: 1, flexBasis: 0 }, [
      title ? words({ ...type.small, fontWeight: 600, color: palette('ink') }, title, 2) : undefined,
      ...texts.map((text) => words({ ...type.small, color: palette('ink-quiet') }, text, 4)),
    ]),
  ]);
}

function rows(palette: Palette, of: readonly MatterRow[], as: 'bill' | 'notes'): Element {
  const hairline = `1px solid ${palette('line')}`;
  const row = ({ name, value, strong }: MatterRow): Element => {
    const sum = as === 'bill' && strong;
    const size = sum ? type.body : type.small;
    const weight = sum ? 600 : 400;
    return box(
      {
        justifyContent: 'space-between',
        gap: 16,
        padding: '2px 0',
        ...(sum && { marginTop: 5, paddingTop: 7, borderTop: hairline }),
      },
      [
        words(
          {
            ...size,
            fontWeight: weight,
            color: palette(sum ? 'ink' : 'ink-quiet'),
            ...(as === 'bill' && { flexGrow: 1, flexBasis: 0 }),
          },
          name,
          2,
        ),
        words(
          { ...size, fontWeight: weight, color: palette('ink'), flexShrink: as === 'bill' ? 0 : 1 },
          value,
          as === 'bill' ? 1 : 2,
        ),
      ],
    );
  };
  return box({ flexDirection: 'column', padding: `10px ${air}px`, borderTop: hairline }, of.map(row));
}

function items(
  { palette }: Drawing,
  { title, items: of }: PartOf<'items'>,
  key: string,
  signs: Record<string, Sign>,
): Element {
  const quiet = { ...type.small, color: palette('ink-quiet') } as const;
  const item = ({ icon, name, detail, value }: MatterItem, index: number): Element => {
    const place = `${key}.${index}`;
    signs[place] = { icon, colour: palette('ink-quiet'), size: 16, stroke: 2 };
    return box({ gap: 8, alignItems: 'flex-start' }, [
      box({ width: 16, height: 16, marginTop: 1, flexShrink: 0 }, [], place),
      box({ flexDirection: 'column', flexGrow: 1, flexBasis: 0 }, [
        words({ ...type.small, color: palette('ink') }, name, 2),
        detail ? words(quiet, detail) : undefined,
      ]),
      value ? words({ ...quiet, flexShrink: 0 }, value) : undefined,
    ]);
  };
  return box({ flexDirection: 'column', gap: 8, padding: `12px ${air}px`, borderTop: `1px solid ${palette('line')}` }, [
    title ? words({ ...type.small, fontWeight: 600, color: palette('ink') }, title) : undefined,
    ...of.slice(0, itemsMax).map(item),
  ]);
}

/** Of a list no more is drawn than fits a phone; the rest is in the conversation. */
const itemsMax = 6;

function matched({ request, palette }: Drawing, { text, detail }: PartOf<'matched'>): Element {
  const { payer, theme } = request;
  return box({ alignItems: 'center', gap: 8, padding: `10px ${air}px`, borderTop: `1px solid ${palette('line')}` }, [
    payer ? mark(payer, paletteOf(theme, payer)) : undefined,
    box({ flexDirection: 'column', flexGrow: 1, flexBasis: 0 }, [
      words({ ...type.small, color: palette('ink') }, text),
      detail ? words({ ...type.small, color: palette('ink-quiet') }, detail) : undefined,
    ]),
  ]);
}
