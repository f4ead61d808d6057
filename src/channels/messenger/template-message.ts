import type { ChosenTemplate } from '#channels/meta';
import type { MessengerBody } from './body.ts';

/** A utility template with its values. */
export const messengerTemplate = ({ name, language, parameters, urlSuffix }: ChosenTemplate): MessengerBody => ({
  messaging_type: 'UTILITY',
  message: {
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
  },
});
