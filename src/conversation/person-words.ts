import type { BankId } from '#base';
import { takeBanks, type NamedBank } from './banks.ts';
import { fold, withoutQuotes, wordsOf } from './fold.ts';

/** "I want to talk to a person", in its many wordings: heard at every turn, whatever else the text says. */

/** What was said of talking to somebody. */
export interface PersonWish {
  /** The bank that was named. */
  readonly bank?: BankId;
  /** The text says besides what it is about: it is the question. */
  readonly isQuestion: boolean;
}

const people = String.raw`(?:(?:real|live|actual|human)\s+)?(?:person|people|humans?|human being|agents?|representatives?|rep|someone|somebody|anyone|anybody|staff|operators?|advis[oe]rs?|employee|supervisor|manager|tellers?|bankers?|specialists?|associates?|customer (?:service|support|care)|support team|support)`;
const gente = String.raw`(?:persona(?: real)?|personas|humanos?|ser humano|alguien|agentes?|asesor(?:a|es)?|representantes?|ejecutiv[oa]s?|operador(?:a|es)?|emplead[oa]s?|personal|gente|supervisor(?:a)?|gerente|encargad[oa]|(?:atencion|servicio) al cliente)`;
const verbs = String.raw`(?:talk|speak|chat|write|connect|transfer|escalate|message|reach|contact|get hold of|get through)`;
const verbos = String.raw`(?:hablar|hable|hablo|hablemos|platicar|charlar|chatear|escribir(?:le)?|comunicar(?:me|nos)?|comuniqueme|comunicame|contactar|contacto|conectar(?:me)?|conectame|pasar(?:me)?|pasame|paseme|transfiereme|transferir(?:me)?)`;

/** Each is a wish wherever it stands. */
const wishes: readonly RegExp[] = [
  new RegExp(
    String.raw`\b${verbs}(?:\s+(?:me|us|this|it))?(?:\s+(?:directly|please|now))?\s+(?:to|with|through to)?\s*(?:one of your|one of the|a|an|the|some|your|my)?\s*(?:bank(?:'?s)?\s+)?${people}\b`,
  ),
  new RegExp(
    String.raw`\b(?:get|give|find|fetch|send|bring|pass|put)\s+(?:me\s+)?(?:on\s+|through\s+)?(?:to\s+|with\s+)?(?:a|an|some|the)\s+(?:real\s+|live\s+|actual\s+)?(?:person|human(?: being)?|agent|representative|rep|operator|supervisor|manager|banker|specialist)\b`,
  ),
  new RegExp(
    String.raw`\b(?:want|need|prefer|like|wanna|is there|are there)\s+(?:to have\s+)?(?:a|an|some|the|any)?\s*(?:real|live|actual|human)?\s*(?:person|people|human(?: being)?|agent|representative|rep|operator|supervisor)\b`,
  ),
  /\b(?:can|could|will|may)\s+(?:someone|somebody|anyone|anybody|a person|a human|an agent)\s+(?:please\s+)?(?:help|call|contact|answer|talk|speak|write)\b/,
  /\b(?:talk|speak|chat)\s+(?:directly\s+)?(?:to|with)\s+(?:my|the|your)\s+bank\b/,
  new RegExp(
    String.raw`\b${verbos}\s+(?:(?:por favor|ya|ahora|directamente)\s+)?(?:con|a|al|de)\s+(?:un|una|el|la|los|algun|alguna)?\s*(?:verdader[oa]\s+)?${gente}\b`,
  ),
  new RegExp(
    String.raw`\b(?:quiero|necesito|prefiero|deme|dame|busco|hay|quisiera)\s+(?:a\s+)?(?:un|una|algun|alguna)\s+(?:persona|humano|agente|asesora?|representante|ejecutiv[oa]|operadora?|supervisora?)\b`,
  ),
  /\b(?:puede|podria|pueden|puedes)\s+(?:alguien|una persona|un agente|un asesor)\s+(?:ayudarme|atenderme|llamarme|responderme|contestarme)\b/,
  /\balguien\s+(?:me\s+)?(?:puede|podria|que me)\s+(?:ayude|ayudar|atender|atienda|responder)\b/,
  /\bque\s+me\s+(?:atienda|conteste|responda|hable)\s+(?:una persona|un humano|alguien|un agente|un asesor)\b/,
  /\b(?:hablar|platicar)\s+con\s+(?:mi|el)\s+banco\b/,
];

/** Alone, or with courtesies, they say it as well. */
const alone = new RegExp(
  String.raw`^(?:(?:hi|hello|hey|hola|please|por favor|porfa|no|i said|real|live|a|an|un|una|the)\s+)*(?:person|human(?: being)?|agent|representative|operator|customer (?:service|support)|live (?:chat|agent)|persona(?: real)?|humano|agente|asesora?|representante|operadora?|(?:atencion|servicio) al cliente)(?:\s+(?:please|now|por favor|porfa|ya|ahora))*$`,
);

/** Somebody else did, or it is not wanted. */
const notMeant =
  /\b(?:dont|do not|didnt|did not|not|never|without|rather not|no need to|no quiero|no necesito|sin|nunca|no hace falta|no tengo que)\s+(?:\S+\s+){0,3}?(?:talk|speak|chat|hablar|platicar|person|human|agent|agente|persona)\b/;

const courtesies = new Set(
  `i id im we you me my a an the to with of for about can could would will may do does should want need like wanna get please pls thanks thank hi hello hey
  now just right today ok okay there is are it this that and or really directly real live someone somebody anyone help bank question
  yo me mi mis un una el la los las con de del al a por favor porfa para quiero quisiera necesito puedo puedes podria podrias que si hola gracias ahora ya
  es hay y o alguien ayuda banco pregunta sobre`.split(/\s+/),
);

/** Reads a text for it; undefined when nobody is asked for. `banks`: by whose names "talk to Citi" is known. */
export function wishForPerson(text: string, banks: readonly NamedBank[]): PersonWish | undefined {
  const plain = fold(withoutQuotes(text))
    .replaceAll(/[^\p{L}\p{N}\s]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (plain === '' || notMeant.test(plain)) return undefined;
  const { named, rest } = takeBanks(wordsOf(plain), banks);
  const [bank] = named;
  const ofBank = named.length === 1 && bank !== undefined ? { bank } : {};
  if (alone.test(rest.join(' '))) return { ...ofBank, isQuestion: false };
  const found = wishes.find((wish) => wish.test(plain));
  if (found) return { ...ofBank, isQuestion: saysMore(plain.replace(found, ' '), banks) };
  // "Talk to Citi": the bank itself is whom one wants to talk to.
  const toBank =
    /\b(?:talk|speak|chat|write|hablar|platicar|escribir(?:le)?|chatear)\s+(?:to|with|con|a)\s+(?:the\s+|el\s+|mi\s+)?$/;
  const at = named.length === 1 ? beforeBank(plain, banks) : undefined;
  if (at !== undefined && toBank.test(at)) return { ...ofBank, isQuestion: false };
  return undefined;
}

/** The text without its asking for a person: what it is about, for whoever sorts it. */
export function withoutWish(text: string): string {
  const plain = fold(text).replaceAll(/\s+/g, ' ');
  const found = wishes.find((wish) => wish.test(plain));
  return found ? plain.replace(found, ' ').trim() : text;
}

/** What stands before a bank's name. */
function beforeBank(plain: string, banks: readonly NamedBank[]): string | undefined {
  const words = plain.split(' ');
  const at = words.findIndex((_, n) => takeBanks(words.slice(0, n + 1), banks).named.length > 0);
  if (at < 0) return undefined;
  const first = words.slice(0, at + 1).findIndex((_, n) => takeBanks(words.slice(n, at + 1), banks).named.length === 0);
  const from = first < 0 ? at : Math.max(0, first - 1);
  return `${words.slice(0, from).join(' ')} `;
}

/** Whether what is left says what it is about. */
function saysMore(rest: string, banks: readonly NamedBank[]): boolean {
  const { rest: words } = takeBanks(wordsOf(rest), banks);
  return words.some((word) => !courtesies.has(word));
}
