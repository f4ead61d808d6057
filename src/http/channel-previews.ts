import { alertButtonWords, atDetail, cardIssuer, DETAILS, pointerWords, TOLD_PURPOSES } from '#contract';
import type { Action, ChannelPreview, DrawnMessage, Locale, Message } from '#contract';
import { newsWords } from '#channels/email';
import { faceOf, type PictureRequest } from '#channels/pictures';
import type { Channel, PreviewAs } from '#delivery';
import { exampleCard, exampleContent, type ExampleFor, type ToldPurpose } from './channel-examples.ts';

/** How and for whom previews are drawn. */
export interface PreviewsFor extends ExampleFor {
  readonly publicUrl: string;
}

/** What draws for a messenger. */
type Drawer = Pick<Channel, 'hasWindow' | 'preview'>;

/** Under what a bank told stands a reference of six signs: such as this one. */
const reference = '4F9A2C';

/**
 * What would stand in a channel, by purpose and level: an example, drawn by what draws the messages themselves, so
 * that nothing else can come. Web push and e-mail say at every level that there is something, and no more.
 *
 * @param messenger what draws it; undefined of what is none
 */
export function previewsOf(channel: string, messenger: Drawer | undefined, of: PreviewsFor): ChannelPreview[] {
  return TOLD_PURPOSES.flatMap((purpose) =>
    DETAILS.map((detail): ChannelPreview => {
      const now = drawn(messenger, { purpose, detail, window: 'free' }, of) ?? notice(channel, of.locale, purpose);
      const later = messenger?.hasWindow ? drawn(messenger, { purpose, detail, window: 'template' }, of) : undefined;
      return { channel, purpose, detail, ...now, ...(later && { later }) };
    }),
  );
}

/** The picture that stands with the example at `full`: as messengers get it, in light. */
export function examplePicture(purpose: ToldPurpose, of: PreviewsFor): PictureRequest {
  const card = exampleCard(purpose, of);
  return {
    card,
    face: faceOf(cardIssuer(card), [of.bank]),
    text: exampleContent(card, of).text,
    at: new Date(of.nowMs).toISOString(),
    nowMs: of.nowMs,
    locale: of.locale,
    timeZone: of.timeZone,
    theme: 'light',
  };
}

interface Form extends Pick<PreviewAs, 'detail' | 'window'> {
  readonly purpose: ToldPurpose;
}

/** Undefined of what draws nothing. */
function drawn(messenger: Drawer | undefined, form: Form, of: PreviewsFor): DrawnMessage | undefined {
  const { purpose, detail, window } = form;
  const { locale, timeZone, publicUrl, bank } = of;
  const isWhole = detail === 'full' && window === 'free';
  return messenger?.preview?.(atDetail(exampleOf(purpose, of), true, detail, locale), {
    ...form,
    locale,
    timeZone,
    viewAddress: isWhole ? undefined : `${publicUrl}/v#`,
    pictureAddress: isWhole ? `/api/channels/examples/${purpose}` : undefined,
    publicUrl,
    reference,
    faces: [bank],
  });
}

function notice(channel: string, locale: Locale, purpose: ToldPurpose): DrawnMessage {
  if (channel !== 'email') return { parts: [{ text: pointerWords(locale, purpose) }], buttons: [] };
  const { subject, text, open } = newsWords(locale, purpose);
  return { parts: [{ title: subject, text }], buttons: [open] };
}

function exampleOf(purpose: ToldPurpose, of: PreviewsFor): Message {
  return {
    id: '00000000-0000-7000-8000-000000000000',
    revision: 1,
    author: 'bank',
    at: new Date(of.nowMs).toISOString(),
    content: exampleContent(exampleCard(purpose, of), of),
    ...(purpose === 'fraud-alerts' && { actions: alertActions(of.locale) }),
  };
}

/** The buttons of an alert where cards may be managed; those of an example do nothing. */
const alertActions = (locale: Locale): Action[] => [
  { act: 'answer-alert', label: alertButtonWords('not-mine', true, locale), token: '', weight: 'fraud' },
  {
    act: 'answer-alert',
    label: alertButtonWords('mine', false, locale),
    token: '',
    weight: 'grave',
    proof: 'release-hold',
  },
];
