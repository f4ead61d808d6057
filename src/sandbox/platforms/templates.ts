import * as z from 'zod';
import { digits, type Accounts, type PlatformAccount } from './accounts.ts';
import type { Collection } from './documents.ts';
import { GraphError } from './graph-error.ts';
import type { PlatformName } from './phone-api.ts';
import type { PlatformFaults } from './platform-faults.ts';
import { readDefinition, type TemplateDefinition } from './template-definition.ts';
import type { Webhooks } from './webhooks.ts';

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
  readonly decide: (account: PlatformAccount, template: Template, status: TemplateStatus, reason?: string) => void;
  /** Decides about nothing any more. */
  readonly close: () => void;
}

/** Opens the templates; each new one is decided about a moment later. */
export function openTemplates(
  platform: PlatformName,
  kept: Collection<Template>,
  { accounts, faults, webhooks }: { accounts: Accounts; faults: PlatformFaults; webhooks: Webhooks },
): Templates {
  const review = createReview(kept, faults, webhooks);
  for (const account of accounts.of(platform)) {
    const ownerId = account.businessAccountId ?? account.id;
    const left = kept.all().filter((template) => template.ownerId === ownerId && template.status === 'PENDING');
    for (const template of left) review.lookAt(account, template);
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
      review.lookAt(account, template);
      return template;
    },
    edit: (account, template, asked) => {
      const fields = z.looseObject({}).safeParse(asked);
      const { id, ownerId, status: _status, ...before } = template;
      const read = readDefinition({ ...before, ...fields.data, name: template.name, language: template.language });
      const edited: Template = { ...read, id, ownerId, status: 'PENDING' };
      kept.set(id, edited);
      review.lookAt(account, edited);
      return edited;
    },
    remove: (ownerId, name) => {
      const gone = kept.all().filter((template) => template.ownerId === ownerId && template.name === name);
      for (const { id } of gone) kept.delete(id);
      return gone.length;
    },
    decide: review.decide,
    close: review.close,
  };
}

/** What the platform does with templates by itself: it looks at each that is new, decides, and tells the app. */
function createReview(
  kept: Collection<Template>,
  faults: PlatformFaults,
  webhooks: Webhooks,
): Pick<Templates, 'decide' | 'close'> & { lookAt(account: PlatformAccount, template: Template): void } {
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
  return {
    decide,
    lookAt,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
