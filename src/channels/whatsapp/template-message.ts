import type { ChosenTemplate } from '#channels/meta';
import type { WhatsAppBody } from './body.ts';

/** A template with its values. */
export const whatsAppTemplate = ({ name, language, parameters, urlSuffix }: ChosenTemplate): WhatsAppBody => ({
  type: 'template',
  template: {
    name,
    language: { code: language },
    components: [
      ...(parameters.length > 0
        ? [{ type: 'body' as const, parameters: parameters.map((text) => ({ type: 'text' as const, text })) }]
        : []),
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: urlSuffix }] },
    ],
  },
});
