import type { ParcelState, ParcelTrouble } from '#contract';

/** A state with what is the matter, where something is. */
export interface Standing {
  readonly state: ParcelState;
  readonly trouble?: ParcelTrouble;
}

/** An exception and its kind. */
export const inTrouble = (trouble: ParcelTrouble): Standing => ({ state: 'exception', trouble });

/** It goes back, or has gone back, to who sent it. */
export const returning: Standing = { state: 'returned', trouble: 'returning' };

/** What carriers and shops write of a parcel in free words, by what they say; the first that fits counts. */
const said: readonly (readonly [RegExp, Standing])[] = [
  [/custom|aduan|zoll|douane|dogan|duties|import (?:charge|clearance)/, inTrouble('customs')],
  [
    /return(?:ed|ing)?\b.*(?:sender|shipper|origin)|return to|devuelt|devoluci|orderreturned|^returned$|r[üu]cksend/,
    returning,
  ],
  [
    /out.?for.?delivery|en reparto|with (?:the )?(?:courier|driver)|in zustellung|reparto/,
    { state: 'out-for-delivery' },
  ],
  [
    /not delivered|undeliver|unable to deliver|no entregad|attempt|intento|notice left|avisado|ausente/,
    inTrouble('nobody-home'),
  ],
  [/address|direcci[oó]n|insufficient/, inTrouble('address')],
  [/pick.?up|collect|recoger|recogida|abholung|locker ready/, { state: 'ready-for-pickup' }],
  [/deliver(?:ed|y complete)|entregad|zugestellt|livr[ée]|consegnat|\bpod\b/, { state: 'delivered' }],
  [/lost|missing|extravi|perdid/, inTrouble('lost')],
  [/damag|dañ/, inTrouble('damaged')],
  [/refus|rechazad/, inTrouble('refused')],
  [/cancel/, inTrouble('other')],
  [/weather|storm|temporal|clima/, inTrouble('weather')],
  [/held|on hold|retenid/, inTrouble('held')],
  [/delay|retras|demor|versp[äa]t/, inTrouble('delayed')],
  [/exception|problem|failure|failed|incidencia|\berror\b/, inTrouble('other')],
  [
    /transit|tr[aá]nsito|on (?:the|its) way|en camino|departed|arrived|facility|shipped|enviad|unterwegs|processed/,
    { state: 'in-transit' },
  ],
  [/accepted|picked.?up by|collected by|received by|admitid|aceptad/, { state: 'accepted' }],
  [
    /label|pre.?transit|pre.?shipment|information (?:sent|received)|announced|processing|preparing|preparaci|confirmed|registered|created|pending|awaiting/,
    { state: 'announced' },
  ],
];

/** What free words say of a parcel; undefined when nothing known is in them. */
export function standingOfWords(words: string | undefined): Standing | undefined {
  if (words === undefined) return undefined;
  const plain = words.slice(0, 300).toLowerCase().replaceAll(/[_-]+/g, ' ');
  // "Picked up" is the carrier's act, "pick up" the customer's.
  if (/\bpicked up\b/.test(plain) && !/ready|available/.test(plain)) return { state: 'accepted' };
  // Through customs is no trouble.
  if (/clear(?:ed|ance complete)|liberad|released by/.test(plain) && /custom|aduan/.test(plain))
    return { state: 'in-transit' };
  return said.find(([pattern]) => pattern.test(plain))?.[1];
}

/** Where a parcel was left, in the carriers' words; undefined when they do not say. */
const places: readonly (readonly [RegExp, string])[] = [
  [/front door|frnt door|puerta principal/i, 'front door'],
  [/back door|rear door/i, 'back door'],
  [/side door/i, 'side door'],
  [/garage|garaje/i, 'garage'],
  [/porch|porche/i, 'porch'],
  [/mail ?box|in\/at mailbox|buz[oó]n/i, 'mailbox'],
  [/mail ?room/i, 'mail room'],
  [/parcel locker|locker/i, 'parcel locker'],
  [/front desk|reception|recepci[oó]n|concierge|doorman|porter[ií]a/i, 'front desk'],
  [/neighbou?r|vecin/i, 'neighbor'],
  [/left with individual|individual picked up|recipient|destinatario/i, 'recipient'],
  [/\bagent\b/i, 'agent'],
];

/** Where carriers' words say that a parcel was left: one of a dozen known places. */
export function leftAt(words: string | undefined): string | undefined {
  return words === undefined ? undefined : places.find(([pattern]) => pattern.test(words.slice(0, 300)))?.[1];
}
