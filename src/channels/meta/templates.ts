import { isOfOrders, pointerWords, type Content, type Locale, type Message } from '#contract';
import { messageWords } from './card-lines.ts';
import type { Rendering } from './rendering.ts';
import { isBlank, shorten } from './text.ts';
import en from './words/templates.en.json' with { type: 'json' };
import es from './words/templates.es.json' with { type: 'json' };

const catalogues: Readonly<Record<Locale, Readonly<Record<keyof typeof en, string>>>> = { en, es };

/** Every template there is, by what it tells. The first two tell only that there is something, from a bank or from a shop. */
export const TEMPLATES = [
  'something_new',
  'order_news',
  'purchase',
  'balance',
  'payment_check',
  'link_ends',
  'staff_reply',
] as const;
/** One of them. */
export type TemplateKind = (typeof TEMPLATES)[number];

/** The names of our languages at Meta. */
const languages: Readonly<Record<Locale, 'en_US' | 'es'>> = { en: 'en_US', es: 'es' };

/** How much of a sentence a template takes in: with its own words it stays within 1,024 characters. */
const parameterMax = 600;

/** A template as a platform is asked to approve it: `POST /{page or business account}/message_templates`. */
export interface TemplateDefinition {
  readonly name: string;
  readonly language: 'en_US' | 'es';
  readonly category: 'UTILITY';
  readonly parameter_format: 'POSITIONAL';
  readonly components: readonly [
    {
      readonly type: 'BODY';
      readonly text: string;
      readonly example?: { readonly body_text: readonly [readonly [string]] };
    },
    {
      readonly type: 'BUTTONS';
      readonly buttons: readonly [
        { readonly type: 'URL'; readonly text: string; readonly url: string; readonly example: readonly [string] },
      ];
    },
  ];
}

/** A template that was chosen for a message, with its values. */
export interface ChosenTemplate {
  readonly kind: TemplateKind;
  readonly name: string;
  readonly language: 'en_US' | 'es';
  /** For {{1}} and on, of its words. */
  readonly parameters: readonly string[];
  /** What stands behind the address of its button: the view's token. */
  readonly urlSuffix: string;
}

/** One that takes in nothing of a message. */
const isBare = (kind: TemplateKind): kind is 'something_new' | 'order_news' =>
  kind === 'something_new' || kind === 'order_news';

const nameOf = (kind: TemplateKind): string => `tellerline_${kind}`;

/**
 * The catalogue, the same for both platforms: every template in every language.
 *
 * @param publicUrl - of this hub: the button's address begins with it
 */
export function templateCatalogue(publicUrl: string): TemplateDefinition[] {
  return (['en', 'es'] as const).flatMap((locale) => TEMPLATES.map((kind) => define(kind, locale, publicUrl)));
}

function define(kind: TemplateKind, locale: Locale, publicUrl: string): TemplateDefinition {
  const words = catalogues[locale];
  const example = isBare(kind) ? undefined : words[`example.${kind}`];
  const url = viewPrefix(publicUrl);
  return {
    name: nameOf(kind),
    language: languages[locale],
    category: 'UTILITY',
    parameter_format: 'POSITIONAL',
    components: [
      {
        type: 'BODY',
        text: words[kind].replace('{what}', '{{1}}'),
        ...(example !== undefined && { example: { body_text: [[example]] } as const }),
      },
      {
        type: 'BUTTONS',
        buttons: [{ type: 'URL', text: words.button, url: `${url}{{1}}`, example: [`${url}example`] }],
      },
    ],
  };
}

/** What stands there when a template of ours is sent with these values: its words, and its button's. */
export function templateWords(
  name: string,
  locale: Locale,
  values: readonly string[],
): { readonly text: string; readonly button: string } {
  const words = catalogues[locale];
  const kind = TEMPLATES.find((one) => nameOf(one) === name) ?? 'something_new';
  return { text: words[kind].replace('{what}', () => values[0] ?? ''), button: words.button };
}

const viewPrefix = (publicUrl: string): string => `${publicUrl}/v#`;

/** What is needed to choose a template. */
export type Choosing = Pick<
  Rendering,
  'detail' | 'purpose' | 'locale' | 'timeZone' | 'viewAddress' | 'publicUrl' | 'faces'
>;

/**
 * Chooses the template for a message outside the window. Below what it may carry, and for what no template is made
 * for, it is the one that says only that there is something. Undefined without the address that its button opens.
 */
export function templateFor(message: Message, choosing: Choosing): ChosenTemplate | undefined {
  const { locale, viewAddress, publicUrl } = choosing;
  const prefix = viewPrefix(publicUrl);
  if (viewAddress === undefined || !viewAddress.startsWith(prefix)) return undefined;
  const kind = kindOf(message, choosing);
  const what = shorten(messageWords(message, choosing), parameterMax);
  const told = isBare(kind) || isBlank(what) ? undefined : what;
  const chosen = told === undefined && !isBare(kind) ? 'something_new' : kind;
  return {
    kind: chosen,
    name: nameOf(chosen),
    language: languages[locale],
    parameters: told === undefined ? [] : [told],
    urlSuffix: viewAddress.slice(prefix.length),
  };
}

function kindOf({ author, content }: Message, { detail, purpose, locale }: Choosing): TemplateKind {
  // Nor is a shop's receipt or a parcel a purchase on an account.
  if (isOfOrders(purpose)) return 'order_news';
  // Of what is masked no more is left than a purchase's sentence, or that there is something.
  const tells = detail !== 'pointer' && content.text !== pointerWords(locale);
  if (!tells) return 'something_new';
  // How a card stands comes for the same purpose, and asks nothing.
  const asks = content.kind === 'text' || content.card.card !== 'cardControl';
  if (purpose === 'fraud-alerts') return asks ? 'payment_check' : 'something_new';
  if (purpose === 'customer-chat' && author === 'bank') return 'staff_reply';
  return detail === 'masked' ? 'purchase' : kindOfCard(content);
}

function kindOfCard(content: Content): TemplateKind {
  if (content.kind !== 'card') return 'something_new';
  switch (content.card.card) {
    case 'transaction':
      return 'purchase';
    case 'balance':
      return 'balance';
    case 'consent':
      return 'link_ends';
    case 'fraudAlert':
      return 'payment_check';
    default:
      return 'something_new';
  }
}
