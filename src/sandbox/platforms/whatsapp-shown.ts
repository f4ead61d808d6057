import type { PhoneList } from './phone-api.ts';
import { blank, numberButtons, type Press, type Shown } from './threads.ts';
import type { WhatsAppInteractive, WhatsAppMessage } from './whatsapp-body.ts';

/** The one picture of a message: by its address, or by the id that it was uploaded under. */
export function pictureOf(
  message: WhatsAppMessage,
): { link?: string | undefined; id?: string | undefined } | undefined {
  if (message.type === 'image') return message.image;
  if (message.type !== 'interactive') return undefined;
  const { header } = message.interactive;
  return header?.type === 'image' ? header.image : undefined;
}

/** What a message shows; `picture` is where the telephone finds the one that was kept. Templates are filled elsewhere. */
export function showWhatsApp(
  message: Exclude<WhatsAppMessage, { type: 'template' | 'reaction' }>,
  picture: string | undefined,
): { readonly shown: Shown; readonly presses: readonly Press[] } {
  switch (message.type) {
    case 'text':
      return { shown: { ...blank, text: message.text.body }, presses: [] };
    case 'interactive':
      return showInteractive(message.interactive, picture);
    case 'image': {
      const { caption } = message.image;
      const pictures = picture === undefined ? [] : [{ src: picture, ...(caption !== undefined && { caption }) }];
      return { shown: { ...blank, pictures }, presses: [] };
    }
    case 'document':
      return { shown: { ...blank, text: `[${message.document.filename ?? 'document'}]` }, presses: [] };
    case 'location': {
      const { latitude, longitude, name } = message.location;
      return { shown: { ...blank, location: { latitude, longitude, ...(name && { name }) } }, presses: [] };
    }
  }
}

function showInteractive(
  interactive: WhatsAppInteractive,
  picture: string | undefined,
): { readonly shown: Shown; readonly presses: readonly Press[] } {
  const numbered = numberButtons();
  const { header, footer } = interactive;
  const shown: Shown = {
    ...blank,
    text: interactive.body.text,
    ...(header?.type === 'text' && { header: header.text }),
    ...(footer && { footer: footer.text }),
    ...(picture !== undefined && { pictures: [{ src: picture }] }),
    ...actionOf(interactive, (press) => numbered.add(press)),
  };
  return { shown, presses: numbered.presses };
}

function actionOf(
  interactive: WhatsAppInteractive,
  place: (press: Press) => Shown['buttons'][number],
): Pick<Shown, 'buttons' | 'list'> {
  switch (interactive.type) {
    case 'button':
      return {
        buttons: interactive.action.buttons.map(({ reply }) =>
          place({ does: 'reply', title: reply.title, payload: reply.id }),
        ),
      };
    case 'list':
      return { buttons: [], list: listOf(interactive, place) };
    case 'cta_url': {
      const { display_text: title, url } = interactive.action.parameters;
      return { buttons: [place({ does: 'url', title, url })] };
    }
    case 'flow':
      return { buttons: [place({ does: 'flow', title: interactive.action.parameters.flow_cta })] };
    case 'location_request_message':
      return { buttons: [] };
  }
}

function listOf(
  { action }: Extract<WhatsAppInteractive, { type: 'list' }>,
  place: (press: Press) => Shown['buttons'][number],
): PhoneList {
  return {
    label: action.button,
    sections: action.sections.map(({ title, rows }) => ({
      ...(title !== undefined && { title }),
      rows: rows.map((row) =>
        place({
          does: 'row',
          title: row.title,
          payload: row.id,
          ...(row.description !== undefined && { description: row.description }),
        }),
      ),
    })),
  };
}
