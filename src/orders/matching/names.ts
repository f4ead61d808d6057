/**
 * How alike a shop's own name and a statement's words are. A statement shortens, adds a payment processor
 * before, a branch number, a town or a telephone number behind, and writes capitals without accents.
 */

/** Who puts a name of its own before the shop's, with a star or a blank between: "SQ *LARKSPUR COFFEE". */
const processors =
  /^(?:SQ|SQC|GOSQ(?:\.COM)?|TST|SP|SPO|PY|PP|PAYPAL|PAYPAL INST XFER|IN|CKE|EB|FSP|ZTL|STRIPE|ST|IZ|IZETTLE|ZETTLE|SUMUP|KLARNA|WPY|BT|DD|DOORDASH|GRUBHUB|UBER EATS|CLOVER|CLV|LS|WOO|SHOPIFY|BLS|DRI|CCI|NYX|PAR|RTI|TOAST|VENMO|AFTERPAY|AFFIRM|APPLE PAY|GOOGLE PAY|GPAY|GOOGLE|2CO|2CHECKOUT(?:\.COM)?|FS|FASTSPRING|PADDLE(?:\.NET)?|MERCADOPAGO|MP|PAGSEGURO|ADYEN|MOLLIE|BUCKAROO|CKO|OPN|SHOP PAY|SHOPPAY|AMZN|AMAZON PAY|AMZ)\s*\*+\s*|^(?:SP|SQ|TST)\s+(?=\S)/;
/** What banks write before it all. */
const prefixes =
  /^(?:POS(?: DEBIT| PURCHASE)?|DEBIT(?: CARD)?(?: PURCHASE)?|CREDIT CARD|CARD PURCHASE|PURCHASE(?: AUTHORIZED ON [\d/]+)?|CHECKCARD(?: \d{4})?|RECURRING(?: PAYMENT)?|VISA|MASTERCARD|COMPRA(?: TARJETA)?|PAGO|CONTACTLESS|PREAUTH|PENDING|PRE-AUTH|ECOM)\b[\s:-]*|^(?:HTTPS?:\/\/)?(?:WWW\.)/;

/** The same shop in other letters; each begins the words of a statement or a shop. */
const shortened: readonly (readonly [RegExp, string])[] = [
  [/^AMZN(?: MKTP| MKTPL| MKTPLACE| DIGITAL| PRIME)?\b|^AMAZON(?:\.\w+)*(?: MKTPL?(?:ACE)?| MARKETPLACE)?\b/, 'AMAZON'],
  [/^WM SUPERCENTER\b|^WAL-?MART\b|^WMT\b/, 'WALMART'],
  [/^APL\b|^APPLE\.COM\/BILL\b/, 'APPLE'],
  [/^MCD\b|^MCDONALD'?S\b/, 'MCDONALDS'],
  [/^SBUX\b/, 'STARBUCKS'],
  [/^TGT\b/, 'TARGET'],
  [/^THE HOME DEPOT\b|^HOMEDEPOT\b/, 'HOME DEPOT'],
];

/** Words by which no shop is told from another; a quarter of another word's weight. */
const plainWords = new Set(
  'INC INCORPORATED LLC LTD LIMITED PLC CO COMPANY CORP CORPORATION GROUP GRP HOLDINGS GMBH AG KG SA SAS SARL SL SRL SPA BV NV OY AB AS PTY LP LLP AND SONS SON BROTHERS BROS THE OF DE LA EL LOS LAS LE ET Y UND COM NET ORG SHOP STORE STORES STR ONLINE OFFICIAL WEB WWW HTTP HTTPS US USA UK EU HELP BILL PAYMENT PMT MARKETPLACE'.split(
    ' ',
  ),
);
const endings = new Set(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR US USA GB UK GBR DE DEU FR FRA ES ESP IT MX MEX CA CAN IE IRL NL'.split(
    ' ',
  ),
);

/** So many letters of two names have to be the same, so many of them after the first word. */
const lettersCommon = 10;
const lettersAfterFirst = 4;

/** A name, made ready to be compared. */
export interface Name {
  /** Its words in capitals, without numbers, in their order. */
  readonly words: readonly string[];
  readonly weights: readonly number[];
  readonly weight: number;
  /** The words that tell it from others, without blanks between. */
  readonly core: string;
}

const noName: Name = { words: [], weights: [], weight: 0, core: '' };

/** Makes a shop's name or a statement's words ready. What says no shop's name at all has no words. */
export function nameOf(text: string): Name {
  let plain = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’`´]/gu, '')
    .toUpperCase()
    .replaceAll(/[\s ]+/g, ' ')
    .trim();
  for (let n = 0; n < 3; n += 1) plain = plain.replace(prefixes, '').replace(processors, '').trim();
  for (const [form, name] of shortened) plain = plain.replace(form, `${name} `);
  // What follows a star that is no processor's is a reference: "UBER *TRIP", "AMAZON *2K4LM1".
  const star = plain.indexOf('*');
  if (star > 0) plain = plain.slice(0, star);
  if (/^(?:PAYPAL|SQ|STRIPE|SUMUP|IZETTLE|KLARNA|TST|SHOPIFY)?$/.test(plain.replaceAll('*', '').trim())) return noName;
  plain = plain.replaceAll('&', ' AND ').replaceAll('+', ' AND ');
  plain = plain.replaceAll(/(\p{L})\.(?=\p{L}\b)/gu, '$1');
  const all = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const plainly = all.filter((word) => !/\p{N}/u.test(word));
  const words = plainly.some((word) => word.length > 1) ? plainly : all;
  return weighed(words);
}

function weighed(words: readonly string[]): Name {
  const ending = endings.has(words.at(-1) ?? '') ? words.length - 1 : words.length;
  const weights = words.map((word, n) => {
    if (n > 0 && n >= ending) return 0.1;
    // The town before a state, if that is what it is.
    if (ending < words.length && n > 0 && n >= ending - 2) return 0.35;
    if (plainWords.has(word)) return 0.25;
    return word.length === 1 ? 0.4 : 1;
  });
  const telling = words.filter((word, n) => !plainWords.has(word) && !(n > 0 && n >= ending));
  const core = (telling.length > 0 ? telling : words).join('');
  return { words, weights, weight: weights.reduce((sum, one) => sum + one, 0), core };
}

/**
 * How alike two names are, from 0 (nothing in common) to 1; undefined when either says no name. Short forms of
 * a name are near 1, one word of several in common is about a half.
 */
export function alike(shop: Name, told: Name): number | undefined {
  if (shop.words.length === 0 || told.words.length === 0) return undefined;
  return Math.max(byWords(shop, told), byLetters(shop, told), byStart(shop, told), byInitials(shop, told));
}

function byWords(shop: Name, told: Name): number {
  const taken = new Set<number>();
  let ofShop = 0;
  let ofTold = 0;
  let isFirstCommon = false;
  for (const [n, word] of shop.words.entries()) {
    let best = 0;
    let at = -1;
    for (const [m, other] of told.words.entries()) {
      if (taken.has(m)) continue;
      const near = nearness(word, other, m === told.words.length - 1 || n === shop.words.length - 1);
      if (near > best) [best, at] = [near, m];
    }
    if (at < 0) continue;
    taken.add(at);
    ofShop += best * (shop.weights[n] ?? 0);
    ofTold += best * (told.weights[at] ?? 0);
    if (n === 0 && at === 0) isFirstCommon = true;
  }
  const [one, other] = [ofShop / shop.weight, ofTold / told.weight];
  const covered = 0.75 * Math.max(one, other) + 0.25 * Math.min(one, other);
  return isFirstCommon ? covered : covered * 0.8;
}

/** How near two words are: equal, one letter wrong, or cut off. */
function nearness(one: string, other: string, isLast: boolean): number {
  if (one === other) return 1;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length >= 3 && long.startsWith(short)) return isLast || short.length >= 5 ? 0.95 : 0.8;
  if (short.length >= 5 && isOneLetterOff(short, long)) return 0.9;
  if (short.length >= 3 && isWithoutVowels(short, long)) return 0.8;
  return 0;
}

/** "BRTLTT" for "BARTOLETTI": what is left when letters are dropped, the first kept. */
function isWithoutVowels(short: string, long: string): boolean {
  const consonants = (word: string) => word[0] + word.slice(1).replaceAll(/[AEIOUY]/g, '');
  return short === consonants(long);
}

/** One letter more, less, other, or two changed places. */
function isOneLetterOff(short: string, long: string): boolean {
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  let end = 0;
  while (end < short.length - start && short[short.length - 1 - end] === long[long.length - 1 - end]) end += 1;
  const [left, leftLong] = [short.length - start - end, long.length - start - end];
  if (leftLong <= 1) return true;
  return left === 2 && leftLong === 2 && short[start] === long[start + 1] && short[start + 1] === long[start];
}

/** One written together begins the other: "NORTHWINDBOOKS", "BARTOLETTIWUN". */
function byLetters(shop: Name, told: Name): number {
  const [short, long] = shop.core.length < told.core.length ? [shop.core, told.core] : [told.core, shop.core];
  if (short.length < 4) return 0;
  if (short === long) return 1;
  if (!long.startsWith(short)) return 0;
  // The shorter was cut, or the longer goes on: the more of it is there, the surer.
  const share = short.length / long.length;
  return short.length >= 10 ? 0.9 + 0.1 * share : 0.7 + 0.25 * share;
}

/** A statement cuts a name off and goes on with something else: more than the first word has to be common. */
function byStart(shop: Name, told: Name): number {
  const [one, other] = [shop.words.join(''), told.words.join('')];
  let common = 0;
  while (common < one.length && one[common] === other[common]) common += 1;
  const firstWord = Math.min(shop.words[0]?.length ?? 0, told.words[0]?.length ?? 0);
  return common >= lettersCommon && common >= firstWord + lettersAfterFirst ? 0.88 : 0;
}

/** "NWB" for "Northwind Wine Bar". */
function byInitials(shop: Name, told: Name): number {
  const initials = (name: Name) => name.words.map((word) => word[0]).join('');
  const isShort = (name: Name) => name.words.length === 1 && name.core.length >= 3 && name.core.length <= 5;
  if (isShort(told) && initials(shop) === told.core) return 0.8;
  return isShort(shop) && initials(told) === shop.core ? 0.8 : 0;
}
