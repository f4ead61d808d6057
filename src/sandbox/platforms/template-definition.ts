import * as z from 'zod';
import { words } from './characters.ts';
import { GraphError, readParameter } from './graph-error.ts';

const kindOf = <Kind extends string>(...kinds: readonly [Kind, ...Kind[]]) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(kinds));

/** Meta: template components. Header 60 characters, body 1,024, footer 60, 10 buttons of 25. */
const component = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('HEADER'),
    format: kindOf('TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION').default('TEXT'),
    text: words(60).optional(),
    example: z.looseObject({}).optional(),
  }),
  z.looseObject({ type: z.literal('BODY'), text: words(1_024), example: z.looseObject({}).optional() }),
  z.looseObject({ type: z.literal('FOOTER'), text: words(60) }),
  z.looseObject({
    type: z.literal('BUTTONS'),
    buttons: z
      .array(
        z.looseObject({
          type: kindOf('URL', 'QUICK_REPLY', 'PHONE_NUMBER', 'COPY_CODE', 'POSTBACK', 'OTP', 'FLOW'),
          text: words(25).optional(),
          url: words(2_000).optional(),
          payload: words(1_000).optional(),
          phone_number: words(20).optional(),
          example: z.unknown().optional(),
        }),
      )
      .min(1)
      .max(10),
  }),
]);

const upperCased = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
      ? { ...value, type: value.type.toUpperCase() }
      : value,
  component,
);

const definition = z.looseObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'must be lower-case letters, digits and underscores, 512 at most'),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a language such as en_US or es'),
  category: kindOf('UTILITY', 'MARKETING', 'AUTHENTICATION'),
  parameter_format: z
    .preprocess((value) => (typeof value === 'string' ? value.toLowerCase() : value), z.enum(['positional', 'named']))
    .default('positional'),
  components: z.array(upperCased).min(1).max(4),
});

/** A template as it was asked for. */
export type TemplateDefinition = z.infer<typeof definition>;
/** One part of a template. */
export type TemplateComponent = TemplateDefinition['components'][number];

/** Reads what was asked for. @throws GraphError `parameter` */
export function readDefinition(asked: unknown): TemplateDefinition {
  const read = readParameter('template', definition, asked);
  const bodies = read.components.filter(({ type }) => type === 'BODY');
  if (bodies.length !== 1) throw new GraphError('parameter', 'Param template[components] must hold one BODY');
  for (const part of read.components) {
    if (part.type !== 'BODY' && part.type !== 'HEADER') continue;
    const names = variablesIn(part.text ?? '');
    if (names.length > 0 && !part.example)
      throw new GraphError('parameter', `Param template[components]: ${part.type} with variables must have an example`);
    if (part.type === 'BODY' && /^\s*\{\{|\}\}\s*$/.test(part.text))
      throw new GraphError('parameter', 'Param template[components]: a body may not begin or end with a variable');
    const positional = read.parameter_format === 'positional';
    const expected = names.every((name, place) =>
      positional ? name === String(place + 1) : /^[a-z_]+\d*$/.test(name),
    );
    if (!expected)
      throw new GraphError('parameter', `Param template[components]: variables must be ${read.parameter_format}`);
  }
  return read;
}

/** The variables of a text, each once, in order: `{{1}}` or `{{merchant}}`. */
export function variablesIn(words: string): string[] {
  return [...new Set([...words.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map(([, name = '']) => name))];
}
