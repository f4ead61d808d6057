import type { DrawnMessage, Locale } from '#contract';
import { templateWords } from './templates.ts';

/** A template as it is sent: for its words values are given, for its button an address. */
interface SentTemplate {
  readonly name: string;
  readonly components: readonly {
    readonly type: 'body' | 'button';
    readonly parameters: readonly { readonly text: string }[];
  }[];
}

/** A template as the platform shows it: its approved words with what was sent for them. */
export function shownTemplate({ name, components }: SentTemplate, locale: Locale): DrawnMessage {
  const values = components.flatMap(({ type, parameters }) => (type === 'body' ? parameters : []));
  const { text, button } = templateWords(
    name,
    locale,
    values.map((value) => value.text),
  );
  return { parts: [{ text }], buttons: [button] };
}

/** What several bodies show, one under the other. */
export const shownTogether = (drawn: readonly DrawnMessage[]): DrawnMessage => ({
  parts: drawn.flatMap(({ parts }) => parts),
  buttons: drawn.flatMap(({ buttons }) => buttons),
});
