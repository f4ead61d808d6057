import { takeBanks, type NamedBank } from './banks.ts';
import { fold, wordsOf } from './fold.ts';

/**
 * "I got this SMS: …", "is this really from my bank?": what somebody shows us that reached them elsewhere, taken apart
 * into what can be compared. What it asks for is never done: it is somebody else's words.
 */

/** Something that a bank's own message would not ask for, or would not carry. */
export type Sign = 'link' | 'telephone' | 'secret' | 'money';

/** A message from elsewhere, taken apart. */
export interface Pasted {
  /** Folded words of all of it. */
  readonly words: readonly string[];
  /** Amounts in dollars, in cents. */
  readonly cents: readonly number[];
  /** The last digits of cards and accounts that it names. */
  readonly last4: readonly string[];
  /** Hosts of its links, lower case. */
  readonly hosts: readonly string[];
  /** Its telephone numbers: digits alone, or letters where it has some. */
  readonly telephones: readonly string[];
  /** It asks for a PIN, a password, a code or a whole card number. */
  readonly asksSecret: boolean;
  /** It asks to move money, to buy vouchers, or to let somebody onto the device. */
  readonly asksMoney: boolean;
  /** It says where an amount was spent. */
  readonly namesPlace: boolean;
  /** The banks that it names. */
  readonly banks: readonly string[];
  /** Nothing was shown: the question alone. */
  readonly isBare: boolean;
}

const things = '(?:text|sms|message|e ?mail|mail|call|voicemail|alert|notification|number|link|whatsapp)';
const cosas = '(?:mensaje|sms|correo|email|llamada|aviso|alerta|numero|enlace|texto|whatsapp)';
const untrue =
  '(?:real|legit|legitimate|genuine|authentic|fake|(?:a )?scam|(?:a )?fraud|phishing|safe|spam|trustworthy|(?:a )?trick)';
const falso =
  '(?:real|verdadero|verdadera|autentico|autentica|legitimo|legitima|falso|falsa|(?:una )?estafa|(?:un )?fraude|phishing|de fiar|confiable)';

/** Questions whether something is the bank's. `BANK` stands for the names of banks. */
const asked: readonly RegExp[] = [
  `(?:is|was|are) (?:this|that|it|these)(?: ${things})?(?: really| actually| truly)? (?:(?:sent |an? \\w+ )?(?:from|by) )?(?:my|the|our) (?:real )?bank`,
  `(?:is|was|are) (?:this|that|it|these)(?: ${things})?(?: really| actually| truly)? (?:(?:sent |an? \\w+ )?(?:from|by) )?BANK`,
  `(?:is|was) (?:this|that|it)(?: ${things})?(?: really| actually)? ${untrue}`,
  `did (?:my bank|the bank|you|BANK) (?:really |actually )?(?:send|text|write|call|message|e ?mail)\\b(?! me (?:my|the|a) (?:new )?card)`,
  `(?:check|verify) (?:this|that|the|a) ${things}`,
  `(?:es|era|fue|sera) (?:esto|este|esta|eso|ese|esa|el|la)?(?: ?${cosas})?(?: ?realmente| ?de verdad)? ?(?:de |del )?(?:mi banco|BANK)`,
  `(?:est[eao]|es[eao]|el|la)(?: ${cosas})?(?: que me \\w+)? (?:es|era|viene)(?: realmente| de verdad)? (?:de |del )?(?:mi banco|BANK)`,
  `(?:est[eao]|es[eao]|el|la)(?: ${cosas}) (?:es |era )?(?:realmente |de verdad )?${falso}`,
  `(?:es|sera) (?:esto |eso )?(?:realmente |de verdad )?(?:una estafa|un fraude|falso|falsa|phishing|(?:real|autentico|legitimo) (?:esto|este|esta))`,
  `(?:es|sera) (?:real|autentico|legitimo)(?: (?:esto|este|esta)(?: ${cosas})?)?$`,
  `(?:me (?:lo |la )?(?:mando|envio|escribio|llamo|ha llamado|ha escrito|ha enviado))(?: de verdad| realmente)? (?:mi banco|BANK)`,
].map((pattern) => new RegExp(`\\b${pattern}\\b`));

/** What reached somebody elsewhere. */
const reported: readonly RegExp[] = [
  `i(?:ve| have)?(?: just| also)? (?:got|gotten|received|get|keep getting) (?:this|these|a|an|another|some|the following)(?: (?:strange|weird|suspicious|odd|new|phone))* ${things}s?`,
  `(?:someone|somebody|they|a (?:man|woman|person|guy|lady))(?: just)? (?:called|texted|emailed|messaged|rang|phoned|wrote)(?: to)? me`,
  `(?:me (?:llego|ha llegado|llegaron|acaba de llegar|mandaron|enviaron|han enviado|han mandado)|recibi|he recibido|acabo de recibir) (?:est[eao]|un|una|otr[oa]|el siguiente|la siguiente)(?: \\w+)? ?${cosas}`,
  `me (?:llamaron|han llamado|acaban de llamar|escribieron|han escrito)`,
].map((pattern) => new RegExp(`\\b${pattern}\\b`));

const replyAsked =
  /\b(?:reply|respond|answer|text|text back|responde|responda|responder|conteste|contesta|envie|envia)(?: \w+)? (?:yes|no|y|n|si|stop|1|2)\b/;
const bankish =
  /\b(?:card|account|bank|transaction|purchase|charge|payment|debit|credit|deposit|zelle|tarjeta|cuenta|banco|compra|cargo|transaccion|pago)\w*/;
/** Fewer words are hardly a message that somebody pasted. */
const pastedWordsMin = 6;
/** Who writes in a bank's name says so at the beginning; names with slips are not looked for in a whole letter. */
const bankWordsMax = 60;
/** Fewer are what is left of a question: "please", "this one here". */
const restWordsMin = 4;

const amountPattern =
  /(?:us ?)?\$ ?(\d[\d.,]*)|\busd ?(\d[\d.,]*)|(?<![\d.,])(\d[\d.,]*) ?(?:dollars?|dolares|usd|bucks)\b/g;
const last4Patterns = [
  /\b(?:ending|ends|ended|terminad[ao]s?|termina|acabad[ao]|finaliza)(?: (?:in|with|on|en|con))?[\s:x*#.]{0,6}(\d{4})\b/g,
  /(?:[x*•#]{2,}|\.{2,})[\s-]?(\d{4})\b/g,
  /\b(?:card|account|acct|tarjeta|cuenta)(?: (?:no|number|numero|num))?[.:]? ?#?(\d{4})\b/g,
];
const endings =
  'com|net|org|info|biz|co|us|io|app|xyz|top|site|online|link|ly|me|ru|cn|tk|cc|support|help|live|click|shop|club|mx|es|gl|page|web|dev|uk|ca|de|fr|eu|bank|center|vip|icu|ws|to|gd|is';
const linkPattern = new RegExp(
  String.raw`\b(?:h(?:tt|xx)ps?:\/\/|www\.)[^\s<>"')\]]+|(?<![@\p{L}\p{N}.-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:${endings})(?![\p{L}\p{N}.-]*[\p{L}\p{N}])(?:[/?#:][^\s<>"')\]]*)?`,
  'gu',
);
const telephonePatterns = [
  /\+\d[\d\s().-]{6,}\d/g,
  /(?<![\d.,-])(?:1[-. ]?)?(?:\(\d{3}\)|\d{3})[-. ]?\d{3}[-. ]\d{4}(?!\d)/g,
  /(?<![\d.,-])\d{3}[-.]\d{4}(?![\d-])/g,
  /(?<=\b(?:call|dial|phone|ring|text|tel|at|on|llame|llama|llamar|marque|marca|al|numero)[:.]? (?:us |back |nos )?(?:at |on |al |a )?)\d{7,15}\b/g,
  /\b(?:1[- ])?8\d{2}[- ][a-z][a-z-]{3,}\b/g,
];

const secrets =
  /\b(?:pin|nip|password|passcode|contrasena|clave|cvv|cvc|ssn|social security|otp|(?:one time|security|verification|access|6 digit|six digit) (?:code|password|passcode)|codigo|card number|numero(?: completo)? de (?:la |tu |su )?tarjeta|seguro social|login|log in details|credentials|credenciales|full name and)\b/;
const giving =
  /\b(?:send|give|enter|provide|confirm|reply|tell|share|read|text|type|update|verify|submit|forward|ask(?:ed|s|ing)?|want(?:ed|s)?|need(?:ed|s)?|envi[ea]|envi[ea]nos|mand[ea]|dig[ao]|dime|dinos|diga(?:nos|me)?|confirm[ae]|proporcion[ae]|facilit[ae]|compart[ae]|respond[ae]|ingres[ae]|introduzca|introduce|escrib[ae]|actualic[ae]|verifiqu[ea]|pid(?:e|en|ieron|io)|quier(?:e|en))\b/;
const denied = /\b(?:never|not|dont|wont|will not|do not|nunca|jamas|no)\b/;
const moving =
  /\b(?:send|transfer|move|pay|wire|buy|purchase|withdraw|install|download|transfier[ae]|transferir|envi[ea]|muev[ae]|mover|pagu?[ea]|pagar|compr[ae]|comprar|retir[ae]|instal[ae]|instalar|descargu?[ea])\b.{0,60}\b(?:zelle|wire|gift cards?|vouchers?|bitcoin|crypto\w*|btc|(?:safe|secure|holding|new) account|your (?:own )?(?:money|funds|savings|balance)|fee|anydesk|teamviewer|quick ?support|remote|cuenta (?:segura|nueva)|tarjetas? (?:de )?regalo|(?:su|tu) (?:dinero|saldo)|fondos|comision|criptomonedas?)\b/;
const placeNamed =
  /^[^.!?\n]{0,25}?\b(?:at|@|en) (?!any\b|your\b|our\b|the\b|su\b|tu\b|mi\b|la cuenta\b|linea\b|total\b|\d)\p{L}/u;

/** Reads a text for what somebody wants checked; undefined when it is something else. */
export function wishToCheck(text: string, banks: readonly NamedBank[]): Pasted | undefined {
  const folded = fold(text).replaceAll(/\s+/g, ' ').trim();
  const words = wordsOf(text);
  const named = takeBanks(words.slice(0, bankWordsMax), banks);
  const behind = words.slice(bankWordsMax);
  const spoken = withBanks(words, [...named.rest, ...behind]);
  const isAsked = asked.some((pattern) => pattern.test(spoken));
  const isReported = reported.some((pattern) => pattern.test(spoken));
  const pasted = takeApart(folded, words, named.named);
  const isForeign = pasted.hosts.length > 0 || pasted.telephones.length > 0 || replyAsked.test(spoken);
  const isPasted = isForeign && words.length >= pastedWordsMin && (bankish.test(spoken) || named.named.length > 0);
  if (!isAsked && !isReported && !isPasted) return undefined;
  const rest = [...asked, ...reported].reduce((left, pattern) => left.replace(pattern, ' '), spoken);
  const isBare =
    !isForeign && pasted.cents.length === 0 && pasted.last4.length === 0 && wordsOf(rest).length < restWordsMin;
  return { ...pasted, isBare };
}

/** The words with each bank's name as one. */
function withBanks(words: readonly string[], rest: readonly string[]): string {
  let at = 0;
  const spoken = words.map((word) => {
    if (rest[at] !== word) return 'BANK';
    at += 1;
    return word;
  });
  return spoken.join(' ').replaceAll(/\bBANK(?: BANK)+\b/g, 'BANK');
}

function takeApart(folded: string, words: readonly string[], banks: readonly string[]): Omit<Pasted, 'isBare'> {
  const hosts = [...folded.matchAll(linkPattern)].flatMap(([link]) => hostOf(link) ?? []);
  const withoutLinks = folded.replaceAll(linkPattern, ' ');
  const cents: number[] = [];
  const withoutAmounts = withoutLinks.replaceAll(amountPattern, (_, ...found: (string | undefined)[]) => {
    const amount = centsOf(found[0] ?? found[1] ?? found[2] ?? '');
    if (amount !== undefined) cents.push(amount);
    return ' xamountx ';
  });
  const sentences = withoutLinks.split(/[.!?;\n]+(?=\s|$)/).map((one) => wordsOf(one).join(' '));
  const asks = (pattern: (one: string) => boolean): boolean =>
    sentences.some((one) => pattern(one) && !denied.test(one));
  return {
    words,
    cents,
    last4: last4Patterns.flatMap((pattern) => [...withoutAmounts.matchAll(pattern)].map(([, digits = '']) => digits)),
    hosts,
    telephones: telephonePatterns
      .flatMap((pattern) => [...withoutAmounts.matchAll(pattern)].map(([number]) => number))
      .filter((number) => !/^\d{4}-\d{2}-\d{2}$/.test(number))
      .map((number) => number.replaceAll(/[^\da-z]/g, '')),
    asksSecret: asks((one) => secrets.test(one) && giving.test(one)),
    asksMoney: asks((one) => moving.test(one)),
    namesPlace: withoutAmounts
      .split('xamountx')
      .slice(1)
      .some((behind) => placeNamed.test(behind)),
    banks,
  };
}

/** "1,250.75", "1.250,75", "500" in cents; undefined when it is no amount. */
function centsOf(written: string): number | undefined {
  const plain = written.replace(/[.,]+$/, '');
  const isComma = /^\d{1,3}(?:\.\d{3})*,\d{2}$/.test(plain) || /^\d+,\d{2}$/.test(plain);
  const decimal = isComma ? plain.replaceAll('.', '').replace(',', '.') : plain.replaceAll(',', '');
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(decimal) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(part.padEnd(2, '0'));
}

/** Where a link really leads: what stands before an "@" is no host. */
function hostOf(link: string): string | undefined {
  const written = link.replace(/^hxxp/, 'http').replace(/[.,;:!?]+$/, '');
  const address = URL.parse(/^https?:\/\//.test(written) ? written : `https://${written}`);
  return address?.hostname.toLowerCase();
}
