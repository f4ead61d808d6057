import { shownTemplate, shownTogether } from '#channels/meta';
import type { DrawnMessage, Locale } from '#contract';
import type { Channel } from '#delivery';
import type { Interactive, WhatsAppBody } from './body.ts';
import { renderWhatsApp } from './render.ts';

/** What somebody would see of a message, taken out of the very bodies that would be sent. */
export const previewInWhatsApp: NonNullable<Channel['preview']> = (message, as) =>
  shownTogether(renderWhatsApp(message, as).map((body) => shownBy(body, as.locale)));

function shownBy(body: WhatsAppBody, locale: Locale): DrawnMessage {
  switch (body.type) {
    case 'text':
      return { parts: [{ text: body.text.body }], buttons: [] };
    case 'image':
      return { parts: [{ picture: body.image.link, text: body.image.caption ?? '' }], buttons: [] };
    case 'template':
      return shownTemplate(body.template, locale);
    case 'interactive': {
      const { interactive } = body;
      const picture = 'header' in interactive ? interactive.header?.image.link : undefined;
      const part = {
        ...(picture !== undefined && { picture }),
        text: interactive.body.text,
        ...(interactive.footer && { footer: interactive.footer.text }),
      };
      return { parts: [part], buttons: pressableIn(interactive) };
    }
  }
}

function pressableIn(interactive: Interactive): string[] {
  switch (interactive.type) {
    case 'button':
      return interactive.action.buttons.map(({ reply }) => reply.title);
    case 'cta_url':
      return [interactive.action.parameters.display_text];
    case 'list':
      return [interactive.action.button];
  }
}
