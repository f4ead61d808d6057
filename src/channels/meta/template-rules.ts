import { fieldsOf, listOf, numberOf, wordOf, type Fields } from './fields.ts';
import { under, type RuleCheck } from './rule-check.ts';

/** Meta: what a template's definition may hold, in characters and pieces; the same for both platforms. */
export const TEMPLATE_LIMITS = {
  name: 512,
  header: 60,
  body: 1024,
  footer: 60,
  buttons: 10,
  buttonText: 25,
  url: 2000,
  phone: 20,
  copyCode: 20,
  carouselCardsMin: 2,
  carouselCards: 10,
  carouselBody: 160,
  carouselButtons: 2,
  offer: 16,
  codeMinutes: 90,
} as const;

/** How many buttons of a kind a template may have. */
const buttonsMax: Readonly<Record<string, number>> = {
  QUICK_REPLY: 10,
  URL: 2,
  PHONE_NUMBER: 1,
  COPY_CODE: 1,
  OTP: 1,
  FLOW: 1,
  CATALOG: 1,
  MPM: 1,
  SPM: 1,
  POSTBACK: 10,
  VOICE_CALL: 1,
};

/** Which component may stand how often. */
const componentKinds = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER'] as const;

/** Checks a template as it is proposed: `POST /{page or business account}/message_templates`. */
export function checkDefinition(check: RuleCheck, definition: Fields, at = ''): void {
  const { name } = TEMPLATE_LIMITS;
  check.text(definition, 'name', at, { max: name, form: /^[a-z0-9_]+$/ });
  check.text(definition, 'language', at, { form: /^[a-z]{2,3}(_[A-Z]{2,3})?$/ });
  const category = check.word(definition, 'category', at, ['UTILITY', 'MARKETING', 'AUTHENTICATION']);
  check.word(definition, 'parameter_format', at, ['POSITIONAL', 'NAMED'], true);
  const components = check.list(definition, 'components', at, { max: componentKinds.length });
  check.unlike(
    components.map(([component]) => kindOf(component)),
    under(at, 'components'),
    'A component of one kind stands there once.',
  );
  if (!components.some(([component]) => kindOf(component) === 'BODY'))
    check.add('missing', under(at, 'components'), 'A body is required.');
  for (const [component, where] of components) checkComponent(check, component, where, category);
}

const kindOf = (component: Fields): string =>
  typeof component['type'] === 'string' ? component['type'].toUpperCase() : '';

function checkComponent(check: RuleCheck, component: Fields, at: string, category: string | undefined): void {
  switch (kindOf(component)) {
    case 'HEADER':
      return checkHeader(check, component, at);
    case 'BODY':
      if (category === 'AUTHENTICATION') {
        if (component['text'] !== undefined)
          check.add('not-together', under(at, 'text'), 'Meta words this body itself.');
        return;
      }
      return checkText(check, component, at, { max: TEMPLATE_LIMITS.body, example: 'body_text' });
    case 'FOOTER':
      return checkFooter(check, component, at, category);
    case 'BUTTONS':
      return checkButtons(check, component, at, TEMPLATE_LIMITS.buttons);
    case 'CAROUSEL':
      return checkCarousel(check, component, at);
    case 'LIMITED_TIME_OFFER': {
      const offer = check.object(component, 'limited_time_offer', at);
      if (offer) check.text(offer, 'text', under(at, 'limited_time_offer'), { max: TEMPLATE_LIMITS.offer });
      return;
    }
    default:
      check.add('not-taken', under(at, 'type'), `“${wordOf(component['type'])}” is no component.`);
  }
}

function checkHeader(check: RuleCheck, header: Fields, at: string): void {
  const formats = ['TEXT', 'IMAGE', 'VIDEO', 'GIF', 'DOCUMENT', 'LOCATION', 'PRODUCT'];
  const format = check.word(header, 'format', at, formats);
  if (format === 'TEXT') {
    checkText(check, header, at, { max: TEMPLATE_LIMITS.header, example: 'header_text', parametersMax: 1 });
    return;
  }
  if (format === undefined || format === 'LOCATION' || format === 'PRODUCT') return;
  if (listOf(fieldsOf(header['example'])?.['header_handle']).length === 0)
    check.add('missing', under(at, 'example.header_handle'), 'An example of what stands above is required.');
}

function checkFooter(check: RuleCheck, footer: Fields, at: string, category: string | undefined): void {
  if (category !== 'AUTHENTICATION') {
    const text = check.text(footer, 'text', at, { max: TEMPLATE_LIMITS.footer });
    if (text?.includes('{{')) check.add('not-together', under(at, 'text'), 'A footer takes no parameter.');
    return;
  }
  const minutes = numberOf(footer['code_expiration_minutes']);
  if (footer['code_expiration_minutes'] !== undefined && !(minutes !== undefined && minutes >= 1 && minutes <= 90))
    check.add(
      'not-taken',
      under(at, 'code_expiration_minutes'),
      'A code is good for 1 to 90 minutes.',
      TEMPLATE_LIMITS.codeMinutes,
    );
}

interface ParameterRule {
  readonly max: number;
  /** Where the examples of its parameters stand. */
  readonly example: 'body_text' | 'header_text';
  readonly parametersMax?: number;
}

/** A text with parameters: numbered from 1 or named, each with an example, and none at its very beginning or end. */
function checkText(
  check: RuleCheck,
  component: Fields,
  at: string,
  { max, example, parametersMax }: ParameterRule,
): void {
  const text = check.text(component, 'text', at, { max });
  if (text === undefined) return;
  const where = under(at, 'text');
  const names = [...new Set([...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name = '']) => name))];
  if (parametersMax !== undefined && names.length > parametersMax)
    check.add('too-many', where, `This text has ${names.length} parameters.`, parametersMax);
  const isNumbered = names.every((name) => /^\d+$/.test(name));
  if (isNumbered && names.some((name) => Number(name) > names.length || Number(name) < 1))
    check.add('not-taken', where, 'Parameters are numbered from 1 on, and none is left out.');
  if (!isNumbered && names.some((name) => !/^[a-z0-9_]+$/.test(name) || /^\d+$/.test(name)))
    check.add('not-taken', where, 'Parameters are all numbered, or all named in small letters and underscores.');
  if (example === 'body_text' && (/^\s*\{\{/.test(text) || /\}\}[\s.,!?]*$/.test(text)))
    check.add('not-together', where, 'A text neither begins nor ends with a parameter.');
  if (names.length === 0) return;
  const given = fieldsOf(component['example']);
  const list = listOf(given?.[example]);
  const examples = isNumbered
    ? Array.isArray(list[0])
      ? listOf(list[0])
      : list
    : listOf(given?.[`${example}_named_params`]);
  if (examples.length !== names.length)
    check.add('missing', under(at, `example.${example}`), 'Each parameter needs an example.', names.length);
}

function checkButtons(check: RuleCheck, component: Fields, at: string, max: number): void {
  const buttons = check.list(component, 'buttons', at, { max });
  const counts = new Map<string, number>();
  const replies: boolean[] = [];
  for (const [button, where] of buttons) {
    const kind = kindOf(button);
    const allowed = buttonsMax[kind];
    if (allowed === undefined)
      check.add('not-taken', under(where, 'type'), `“${wordOf(button['type'])}” is no button.`);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (allowed !== undefined && count === allowed + 1)
      check.add('too-many', under(at, 'buttons'), `There are more buttons of the kind ${kind} than may be.`, allowed);
    replies.push(kind === 'QUICK_REPLY');
    checkButton(check, button, where, kind);
  }
  const changes = replies.filter((isReply, n) => n > 0 && isReply !== replies[n - 1]).length;
  if (changes > 1)
    check.add('not-together', under(at, 'buttons'), 'Quick replies stand together, before or after the others.');
}

function checkButton(check: RuleCheck, button: Fields, at: string, kind: string): void {
  const { buttonText, url, phone, copyCode } = TEMPLATE_LIMITS;
  if (kind !== 'COPY_CODE') check.text(button, 'text', at, { max: buttonText, optional: kind === 'OTP' });
  switch (kind) {
    case 'URL': {
      const address = check.text(button, 'url', at, { max: url, form: /^https?:\/\// });
      const before = address?.indexOf('{{') ?? -1;
      if (address === undefined || before === -1) return;
      if (!/^[^{}]*\{\{[^{}]+\}\}$/.test(address))
        check.add('not-taken', under(at, 'url'), 'An address takes one parameter, at its end.');
      if (listOf(button['example']).length !== 1)
        check.add('missing', under(at, 'example'), 'The address needs an example.', 1);
      return;
    }
    case 'PHONE_NUMBER':
      check.text(button, 'phone_number', at, { max: phone, form: /^\+?\d[\d ()-]*$/ });
      return;
    case 'COPY_CODE':
      if (Array.isArray(button['example'])) return;
      check.text(button, 'example', at, { max: copyCode });
      return;
    case 'OTP': {
      const otp = check.word(button, 'otp_type', at, ['COPY_CODE', 'ONE_TAP', 'ZERO_TAP']);
      if (otp === 'ZERO_TAP' && button['zero_tap_terms_accepted'] !== true)
        check.add('missing', under(at, 'zero_tap_terms_accepted'), 'Zero-tap needs its terms accepted.');
      if (otp !== undefined && otp !== 'COPY_CODE') check.list(button, 'supported_apps', at, { max: 5 });
      return;
    }
    default:
  }
}

function checkCarousel(check: RuleCheck, component: Fields, at: string): void {
  const { carouselCards, carouselCardsMin, carouselBody, carouselButtons } = TEMPLATE_LIMITS;
  const cards = check.list(component, 'cards', at, { min: carouselCardsMin, max: carouselCards });
  const forms = cards.map(([card, where]) => {
    const components = check.list(card, 'components', where, { max: 3 });
    for (const [part, partAt] of components) {
      if (kindOf(part) === 'HEADER') checkHeader(check, part, partAt);
      if (kindOf(part) === 'BODY') checkText(check, part, partAt, { max: carouselBody, example: 'body_text' });
      if (kindOf(part) === 'BUTTONS') checkButtons(check, part, partAt, carouselButtons);
    }
    return components.map(([part]) => kindOf(part)).join(' ');
  });
  if (new Set(forms).size > 1) check.add('not-together', under(at, 'cards'), 'All cards have the same components.');
}

/** Checks a template as it is sent: `{name, language: {code}, components}`. */
export function checkSentTemplate(check: RuleCheck, template: Fields, at: string): void {
  check.text(template, 'name', at, { max: TEMPLATE_LIMITS.name, form: /^[a-z0-9_]+$/ });
  const language = check.object(template, 'language', at);
  if (language) check.text(language, 'code', under(at, 'language'), { form: /^[a-z]{2,3}(_[A-Z]{2,3})?$/ });
  for (const [component, where] of check.list(template, 'components', at, { min: 0, optional: true })) {
    const kind = kindOf(component);
    if (!['HEADER', 'BODY', 'BUTTON', 'CAROUSEL', 'LIMITED_TIME_OFFER'].includes(kind))
      check.add('not-taken', under(where, 'type'), `“${wordOf(component['type'])}” is no component.`);
    for (const [parameter, parameterAt] of check.list(component, 'parameters', where, { min: 0, optional: true })) {
      if (parameter['type'] !== 'text') continue;
      const text = check.text(parameter, 'text', parameterAt, { max: TEMPLATE_LIMITS.body });
      // Meta answers 132018 to these.
      if (text !== undefined && /[\n\t]| {5,}/.test(text))
        check.add('not-taken', under(parameterAt, 'text'), 'A parameter holds no line end, tab or run of five spaces.');
    }
  }
}
