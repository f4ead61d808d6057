import * as z from 'zod';
import { digits, type Accounts, type PlatformAccount } from './accounts.ts';
import type { Collection } from './documents.ts';
import { GraphError, readParameter } from './graph-error.ts';
import type { PlatformName } from './phone-api.ts';
import type { PlatformFaults } from './platform-faults.ts';
import type { Webhooks } from './webhooks.ts';

const text = (most: number): z.ZodString => z.string().min(1).max(most);
const kindOf = <Kind extends string>(...kinds: readonly [Kind, ...Kind[]]) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(kinds));

/** Meta: template components. Header 60 characters, body 1,024, footer 60, 10 buttons of 25. */
const component = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('HEADER'),
    format: kindOf('TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION').default('TEXT'),
    text: text(60).optional(),
    example: z.looseObject({}).optional(),
  }),
  z.looseObject({ type: z.literal('BODY'), text: text(1_024), example: z.looseObject({}).optional() }),
  z.looseObject({ type: z.literal('FOOTER'), text: text(60) }),
  z.looseObject({
    type: z.literal('BUTTONS'),
    buttons: z
      .array(
        z.looseObject({
          type: kindOf('URL', 'QUICK_REPLY', 'PHONE_NUMBER', 'COPY_CODE', 'POSTBACK', 'OTP', 'FLOW'),
          text: text(25).optional(),
          url: text(2_000).optional(),
          payload: text(1_000).optional(),
          phone_number: text(20).optional(),
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

/** How a template stands at the platform. */
export const templateStatuses = ['PENDING', 'APPROVED', 'REJECTED', 'PAUSED', 'DISABLED'] as const;
/** One of {@link templateStatuses}. */
export type TemplateStatus = (typeof templateStatuses)[number];

/** A template as the platform keeps it. */
export interface Template extends TemplateDefinition {
  readonly id: string;
  /** The page's id, or that of the WhatsApp business account. */
  readonly ownerId: string;
  readonly status: TemplateStatus;
}

/** The templates of one platform. */
export interface Templates {
  of(ownerId: string): readonly Template[];
  byId(id: string): Template | undefined;
  find(ownerId: string, name: string, language: string): Template | undefined;
  /** @throws GraphError `parameter`, or `templateExists` */
  create(account: PlatformAccount, asked: unknown): Template;
  /** Changes what it says: it is looked at again. */
  edit(account: PlatformAccount, template: Template, asked: unknown): Template;
  /** @returns how many went */
  remove(ownerId: string, name: string): number;
  /** Puts it into another state and tells the app. */
  decide(account: PlatformAccount, template: Template, status: TemplateStatus, reason?: string): void;
  close(): void;
}

/** Opens the templates; each new one is decided about a moment later. */
export function openTemplates(
  platform: PlatformName,
  kept: Collection<Template>,
  { accounts, faults, webhooks }: { accounts: Accounts; faults: PlatformFaults; webhooks: Webhooks },
): Templates {
  const timers = new Set<NodeJS.Timeout>();
  const decide: Templates['decide'] = (account, template, status, reason = 'NONE') => {
    const current = kept.get(template.id);
    if (!current) return;
    kept.set(template.id, { ...current, status });
    const value = {
      event: status,
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language,
      reason,
      message_template_category: template.category,
    };
    const field = 'message_template_status_update';
    void webhooks.emit({
      entry: template.ownerId,
      accountId: account.id,
      field,
      within: 'changes',
      item: { value, field },
    });
  };
  const lookAt = (account: PlatformAccount, template: Template): void => {
    if (faults.settings.templates === 'leave') return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (faults.settings.templates === 'reject') decide(account, template, 'REJECTED', 'INVALID_FORMAT');
      else decide(account, template, 'APPROVED');
    }, faults.settings.templatesAfterMs);
    timers.add(timer);
  };
  for (const account of accounts.of(platform)) {
    const ownerId = account.businessAccountId ?? account.id;
    const left = kept.all().filter((template) => template.ownerId === ownerId && template.status === 'PENDING');
    for (const template of left) lookAt(account, template);
  }
  const find: Templates['find'] = (ownerId, name, language) =>
    kept.all().find((one) => one.ownerId === ownerId && one.name === name && one.language === language);
  return {
    of: (ownerId) => kept.all().filter((template) => template.ownerId === ownerId),
    byId: (id) => kept.get(id),
    find,
    create: (account, asked) => {
      const read = readDefinition(asked);
      if (platform === 'messenger' && read.category !== 'UTILITY')
        throw new GraphError('parameter', 'Param category must be UTILITY');
      const ownerId = account.businessAccountId ?? account.id;
      if (find(ownerId, read.name, read.language)) throw new GraphError('templateExists');
      const template: Template = { ...read, id: digits(15), ownerId, status: 'PENDING' };
      kept.set(template.id, template);
      lookAt(account, template);
      return template;
    },
    edit: (account, template, asked) => {
      const fields = z.looseObject({}).safeParse(asked);
      const { id, ownerId, status: _status, ...before } = template;
      const read = readDefinition({ ...before, ...fields.data, name: template.name, language: template.language });
      const edited: Template = { ...read, id, ownerId, status: 'PENDING' };
      kept.set(id, edited);
      lookAt(account, edited);
      return edited;
    },
    remove: (ownerId, name) => {
      const gone = kept.all().filter((template) => template.ownerId === ownerId && template.name === name);
      for (const { id } of gone) kept.delete(id);
      return gone.length;
    },
    decide,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function readDefinition(asked: unknown): TemplateDefinition {
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
