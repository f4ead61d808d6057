import * as z from 'zod';
import { GraphError, readParameter, type GraphErrorName } from './graph-error.ts';
import { blank, numberButtons, type Press, type Shown } from './threads.ts';
import { variablesIn, type TemplateComponent } from './template-definition.ts';
import type { Template } from './templates.ts';

const parameter = z.looseObject({
  type: z.string(),
  parameter_name: z.string().optional(),
  text: z.string().max(1_024).optional(),
  payload: z.string().max(256).optional(),
  image: z
    .looseObject({ link: z.string().optional(), id: z.string().optional(), url: z.string().optional() })
    .optional(),
});
type Parameter = z.infer<typeof parameter>;

/** A template in a send: Messenger's `message.template` and WhatsApp's `template` are alike. */
export const templateSend = z.looseObject({
  name: z.string().min(1),
  language: z.looseObject({ code: z.string().min(2) }),
  components: z
    .array(
      z.looseObject({
        type: z.string(),
        sub_type: z.string().optional(),
        index: z.union([z.string(), z.number()]).optional(),
        parameters: z.array(parameter).default([]),
      }),
    )
    .default([]),
});
/** A template as somebody sends it. */
export type TemplateSend = z.infer<typeof templateSend>;

/** A template with its parameters in place, as the person sees it. */
export interface FilledTemplate {
  readonly shown: Shown;
  readonly presses: readonly Press[];
  /** Pictures of its header, to be fetched. */
  readonly picture?: string;
}

/** The errors that a platform has for templates. */
export interface TemplateErrors {
  readonly count: GraphErrorName;
  readonly format: GraphErrorName;
}

/**
 * Fills a template.
 *
 * @throws GraphError when there are more or fewer parameters than variables, or others
 */
export function fillTemplate(template: Template, sent: TemplateSend, errors: TemplateErrors): FilledTemplate {
  const buttons = numberButtons();
  const words: { header?: string; text?: string; footer?: string } = {};
  let picture: string | undefined;
  const shownButtons = [];
  for (const part of template.components) {
    switch (part.type) {
      case 'HEADER':
        if (part.format === 'TEXT')
          words.header = fill(template, part.text ?? '', parametersOf(sent, 'header'), errors);
        else picture = pictureOf(parametersOf(sent, 'header'), errors);
        break;
      case 'BODY':
        words.text = fill(template, part.text, parametersOf(sent, 'body'), errors);
        break;
      case 'FOOTER':
        words.footer = part.text;
        break;
      default:
        for (const press of pressesOf(part, sent, errors)) shownButtons.push(buttons.add(press));
    }
  }
  const hasNo = (type: TemplateComponent['type']): boolean => template.components.every((part) => part.type !== type);
  if (hasNo('HEADER') && parametersOf(sent, 'header').length > 0) throw new GraphError(errors.count, 'no header');
  return {
    shown: { ...blank, ...words, buttons: shownButtons },
    presses: buttons.presses,
    ...(picture !== undefined && { picture }),
  };
}

function parametersOf(sent: TemplateSend, type: string): readonly Parameter[] {
  return sent.components.filter((part) => part.type.toLowerCase() === type).flatMap(({ parameters }) => parameters);
}

function fill(template: Template, text: string, parameters: readonly Parameter[], errors: TemplateErrors): string {
  const names = variablesIn(text);
  if (names.length !== parameters.length) {
    throw new GraphError(
      errors.count,
      `${template.name}: number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`,
    );
  }
  let filled = text;
  for (const [place, name] of names.entries()) {
    const given =
      template.parameter_format === 'named'
        ? parameters.find(({ parameter_name }) => parameter_name === name)
        : parameters[place];
    if (!given) throw new GraphError(errors.count, `${template.name}: parameter ${name} is missing`);
    if (given.type.toLowerCase() !== 'text' || given.text === undefined || given.text === '')
      throw new GraphError(errors.format, `${template.name}: parameter ${name} must be text`);
    if (/[\n\t]| {5}/.test(given.text))
      throw new GraphError(errors.format, `${template.name}: a parameter has no line breaks, tabs or many spaces`);
    const { text: value } = given;
    filled = filled.replaceAll(new RegExp(String.raw`\{\{\s*${name}\s*\}\}`, 'g'), () => value);
  }
  return filled;
}

function pictureOf(parameters: readonly Parameter[], errors: TemplateErrors): string {
  const [first] = parameters;
  const address = first?.image?.link ?? first?.image?.url;
  if (!address) throw new GraphError(errors.format, 'the header must have an image with a link');
  return address;
}

function* pressesOf(
  part: Extract<TemplateComponent, { type: 'BUTTONS' }>,
  sent: TemplateSend,
  errors: TemplateErrors,
): Generator<Press> {
  for (const [place, button] of part.buttons.entries()) {
    const title = button.text ?? '';
    const [given] = sent.components
      .filter(({ type, index }) => type.toLowerCase() === 'button' && String(index ?? 0) === String(place))
      .flatMap(({ parameters }) => parameters);
    if (button.type === 'URL') {
      const url = button.url ?? '';
      const [variable] = variablesIn(url);
      if ((variable === undefined) !== (given?.text === undefined))
        throw new GraphError(errors.count, `button ${place}: the address has ${variable ? 'a' : 'no'} variable`);
      const filled = url.replace(/\{\{[^{}]*\}\}/, () => given?.text ?? '');
      readParameter('button[url]', z.url({ protocol: /^https?$/ }), filled, errors.format);
      yield { does: 'url', title, url: filled };
    } else if (button.type === 'PHONE_NUMBER') yield { does: 'call', title };
    else if (button.type === 'FLOW') yield { does: 'flow', title };
    else if (button.type === 'COPY_CODE' || button.type === 'OTP') yield { does: 'copy', title };
    else yield { does: 'template-reply', title, payload: given?.payload ?? button.payload ?? title };
  }
}
