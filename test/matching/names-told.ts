/** How a shop calls itself on a receipt, and what a statement makes of its name. */
import type { Chance } from '../simulator/world.ts';

const towns = [
  'COLUMBUS OH',
  'SAN ANTONIO TX',
  'SEATTLE WA',
  'TULSA OK',
  'ORLANDO FL',
  'BOISE ID',
  'NEW YORK NY',
  'ATLANTA GA',
  'PORTLAND ME',
  'ST LOUIS MO',
];
const forms = /,? (?:Inc|LLC|Ltd|PLC|Group)$/;

/** A customer's town: the same for all that they buy in person. */
export function townOf(card: string): string {
  const sum = Array.from(card).reduce((all, digit) => all + digit.charCodeAt(0), 0);
  return towns[sum % towns.length] ?? 'COLUMBUS OH';
}

/** A shop's own name for itself. */
export function shopNameOf(merchant: string, town: string, chance: Chance): string {
  const plain = merchant.replace(forms, '');
  const city = town.replace(/ [A-Z]{2}$/, '');
  return chance.pick([
    () => merchant,
    () => merchant,
    () => plain,
    () => plain,
    () => `${plain} Online`,
    () => `${plain.replaceAll(/[^A-Za-z]+/g, '').toLowerCase()}.com`,
    () => `The ${plain} Store`,
    () => `${plain} ${city[0]}${city.slice(1).toLowerCase()}`,
    () => merchant.toUpperCase(),
    () => plain.replace(/^(.+), (.+) and .+$/, '$1 & $2'),
  ])();
}

/** What stands on a statement: capitals, cut off, with what processors, terminals and banks add. */
export function descriptorOf(merchant: string, isOnline: boolean, chance: Chance): string {
  let name = merchant
    .toUpperCase()
    .replaceAll(/['.]/g, '')
    .replaceAll('-', chance.in(0.5) ? '-' : ' ')
    .replaceAll(',', '');
  if (chance.in(0.4)) name = name.replace(/ (?:INC|LLC|LTD|PLC|GROUP)$/, '');
  if (chance.in(0.1)) name = name.replaceAll(' AND ', ' & ');
  if (chance.in(0.08)) name = name.replaceAll(' ', '');
  if (chance.in(0.04)) name = withTypo(name, chance);
  const before = chance.in(0.3)
    ? chance.pick(isOnline ? ['PAYPAL *', 'SP ', 'SP * ', 'PP*'] : ['SQ *', 'TST* ', 'SQ *', 'IN *', 'CLV*'])
    : '';
  const room = Math.max(6, (chance.in(0.7) ? 22 : 25) - before.length);
  const cut = name.slice(0, room).trimEnd();
  const behind = isOnline
    ? chance.pick([
        '',
        '',
        ` ${chance.between(100, 999)}-${chance.between(100, 999)}-${chance.between(1000, 9999)}`,
        ' HTTPSWWW.CO CA',
        `*${chance.between(10_000, 99_999)}X`,
      ])
    : chance.pick([
        '',
        ` #${chance.between(1, 999)}`,
        ` ${chance.between(1000, 99_999)}`,
        ` ${chance.pick(towns)}`,
        ` ${chance.between(10, 9999)} ${chance.pick(towns)}`,
      ]);
  const front = chance.in(0.05)
    ? chance.pick(['POS ', 'CHECKCARD 0412 ', 'POS DEBIT ', 'PURCHASE AUTHORIZED ON 04/12 '])
    : '';
  return `${front}${before}${cut}${behind}`;
}

/** One letter wrong, not the first. */
function withTypo(name: string, chance: Chance): string {
  const at = chance.between(1, Math.max(1, name.length - 2));
  return chance.in(0.5)
    ? name.slice(0, at) + name.slice(at + 1)
    : `${name.slice(0, at)}${chance.pick(['A', 'E', 'S', 'N'])}${name.slice(at + 1)}`;
}
