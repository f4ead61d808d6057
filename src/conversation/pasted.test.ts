import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { newId, type LinkId } from '#base';
import { compare, type Known, type Verdict } from './comparing.ts';
import { wishToCheck } from './pasted.ts';

// Messages as people get them, written for this: what the bank told, what pretends to be it, and what is neither.

const banks = [
  { id: 'jpmorgan-chase', name: 'JPMorgan Chase' },
  { id: 'citi', name: 'Citi' },
  { id: 'us-bank', name: 'U.S. Bank' },
  { id: 'wells-fargo', name: 'Wells Fargo' },
];

const linkId = newId<LinkId>();
const bought = (amount: string, name: string, description = name.toUpperCase()): Known['told'][number] => ({
  linkId,
  amount,
  currency: 'USD',
  occurredAt: '2026-11-20T14:02:00-05:00',
  description,
  merchant: { name },
  last4: ['2291', '7001'],
  toldAt: '2026-11-20T19:02:01.000Z',
});

const known: Known = {
  told: [
    bought('500.00', 'Walmart Supercenter', 'WAL-MART #3521'),
    bought('65.70', 'Stroman & Hudson'),
    bought('12.50', 'Starbucks'),
    bought('1250.75', 'Delta Air Lines'),
    bought('9.99', 'Netflix'),
    { ...bought('80.00', 'Farmacia del Centro'), currency: 'MXN' },
  ],
  telephones: ['(212) 555-0142'],
  hosts: ['chat.tellerline.example'],
};

/** What is made of a text: its verdict with the signs; `how` of a bare question, undefined of what is no question of this kind. */
function judged(text: string): string | undefined {
  const pasted = wishToCheck(text, banks);
  if (!pasted) return undefined;
  if (pasted.isBare) return 'how';
  const verdict: Verdict = compare(pasted, known);
  if (verdict.verdict !== 'not-yours') return verdict.verdict;
  return [...verdict.signs, ...(verdict.known ? ['known'] : [])].join(' ');
}

const examples: readonly (readonly [text: string, expected: string | undefined])[] = [
  // What the bank told here too.
  ['I got this SMS: Chase: $500.00 at Walmart on your card ending in 2291. Reply YES or NO.', 'told'],
  ['i got this text "JPMorgan Chase alert: did you spend $500 at Walmart? Reply YES or NO"', 'told'],
  ['Is this from my bank? You made a $65.70 purchase at Stroman & Hudson with card ending in 2291', 'told'],
  ['is this real: Chase card x2291 charged 12.50 dollars at STARBUCKS', 'told'],
  ['Did my bank send this? "A charge of USD 1,250.75 at Delta Air Lines was made"', 'told'],
  ['Chase: you spent $9.99 on your card ending in 2291. Never share your PIN. Reply STOP to end alerts.', 'told'],
  [
    'Me llegó este SMS: Chase: compra de $500.00 en Walmart con la tarjeta terminada en 2291. Responda SI o NO.',
    'told',
  ],
  ['¿Es de mi banco? Compra de $65,70 en Stroman & Hudson', 'told'],
  ['recibí este mensaje: cargo de 12.50 dólares en Starbucks, tarjeta terminada en 2291', 'told'],
  ['¿Esto es de verdad de mi banco? "Pagaste $1.250,75 a Delta Air Lines"', 'told'],
  ['I received an email: your $500.00 payment at Walmart. Call us at 212-555-0142 if it was not you.', 'told'],
  ['Got a question: is this text from Chase? $12.50 Starbucks https://chat.tellerline.example/v', 'told'],
  // The details are real, the message is not.
  ['I got this SMS: Chase: $500.00 at Walmart? If not you, go to https://chase-verify.top/a1', 'link known'],
  ['I got this text: Did you spend $500 at Walmart? Call 1-888-555-0177 now', 'telephone known'],
  ['Is this my bank? $65.70 at Stroman & Hudson was held. Reply with your PIN to release it.', 'secret known'],
  ['Chase fraud dept: $500.00 at Walmart. To stop it transfer your money to a safe account. Reply YES', 'money known'],
  [
    'is this legit: "Starbucks $12.50 declined, confirm your card number at chase.com.secure-id.ru/login"',
    'secret link known',
  ],
  ['Me llegó este mensaje: compra de $500 en Walmart. Si no fue usted llame al 1-800-555-0199', 'telephone known'],
  ['¿Es una estafa? Cargo de $65.70 en Stroman & Hudson, verifique en bit.ly/3xYz', 'link known'],
  ['Recibí este SMS: Walmart $500.00. Responda con su NIP para cancelar la compra', 'secret known'],
  ['is this from my bank? Delta Air Lines $1,250.75 http://chat.tellerline.example@evil.example.com/x', 'link known'],
  ['they called me saying $500 at Walmart on my card ending 2291 and asked for the security code', 'secret known'],
  ['Netflix $9.99 payment failed on your card, update at netflix-billing.support or reply YES', 'link known'],
  // Nothing of it is known.
  ['I got this SMS: Chase alert: did you spend $743.19 at Best Buy? Reply YES or NO', 'not-told'],
  ['is this real? "Chase: a charge of $2,000.00 is pending"', 'not-told'],
  ['Is this from Chase: $500.00 at Target on card ending in 2291', 'not-told'],
  ['I got this text: $500.00 at Walmart on your card ending in 9999', 'not-told'],
  ['did my bank send this? You spent $500 at Walmart and $900 at Apple', 'not-told'],
  ['is this a scam: you paid $80.00 at Farmacia del Centro', 'not-told'],
  ['Me llegó este mensaje: ¿Gastó $743 en Best Buy? Responda SI o NO', 'not-told'],
  ['¿Es real este aviso? Chase: retiro de $300.00 en cajero', 'not-told'],
  ['me mandaron un mensaje: Wells Fargo le cobró 45 dólares', 'not-told'],
  // Pretends to be the bank, with nothing to compare.
  ['I got this text: Chase: your account is locked. Verify at https://chase-unlock.xyz', 'link'],
  ['Chase Bank: unusual activity. Click www.chase-alerts.net/login to verify your account', 'link'],
  ['WELLS FARGO: your debit card is suspended, call (888) 555-0123 immediately', 'telephone'],
  ['someone called me from +44 20 7946 0958 about my account', 'telephone'],
  ['I got a call, they said they are Citi and want me to read the verification code', 'secret'],
  ['I got a text saying send your PIN to 55512', 'secret'],
  ['a man called me from the fraud department and told me to buy gift cards', 'money'],
  ['they texted me: move your money to a secure account today', 'money'],
  ['I got an email from my bank, install AnyDesk so that support can help', 'money'],
  ['Is this my bank? hxxps://us-bank.vip/secure', 'link'],
  ['me llegó un correo de Citi: actualice su contraseña en citi-seguro.com', 'secret link'],
  ['me llamaron del banco y me pidieron el código de seguridad', 'secret'],
  ['recibí una llamada: que transfiera su dinero a una cuenta segura', 'money'],
  ['Banco: su tarjeta fue bloqueada, ingrese a http://desbloqueo-tarjeta.club', 'link'],
  ['Me escribieron: compre tarjetas de regalo para pagar la multa', 'money'],
  ['¿Esto es de mi banco? Llame al 1 888 555 0133 por su cuenta', 'telephone'],
  ['is this legit? сhase.com/security says my account is closed', 'link'],
  ['I received this message: call 1-800-CHASE-HELP about your card', 'telephone'],
  // Nothing can be said.
  ['I got this text: Chase: your account is locked. Reply YES to unlock it', 'unclear'],
  ['is this my bank? "Dear customer, unusual activity was found on your account"', 'unclear'],
  ['I got a call from somebody who said they were from Chase fraud prevention', 'unclear'],
  ['recibí este mensaje: su cuenta será suspendida mañana', 'unclear'],
  ['did Chase text me? my code is never to be shared it says', 'unclear'],
  // The question alone.
  ['is this really my bank?', 'how'],
  ['Is this from my bank', 'how'],
  ['is this legit?', 'how'],
  ['did you really send this?', 'how'],
  ['¿es de mi banco?', 'how'],
  ['¿Es esto realmente de mi banco?', 'how'],
  ['¿es una estafa?', 'how'],
  ['¿este mensaje es de mi banco?', 'how'],
  // Something else.
  ['how much did I spend at Walmart', undefined],
  ['what is my balance at Chase?', undefined],
  ['where was my card used last week', undefined],
  ['freeze my card', undefined],
  ['my card was stolen', undefined],
  ['did I spend $500 at Walmart?', undefined],
  ['only tell me about purchases over $50', undefined],
  ['link Wells Fargo', undefined],
  ['stop', undefined],
  ['¿cuánto gasté en Walmart?', undefined],
  ['congela mi tarjeta terminada en 2291', undefined],
  ['avísame cuando mi saldo baje de $100', undefined],
  ['muéstrame las compras de más de $200', undefined],
];

test('messages from elsewhere are told apart in both languages', (context) => {
  ok(examples.length >= 60);
  deepEqual(
    examples.map(([text]) => [text, judged(text)]),
    examples.map(([text, expected]) => [text, expected]),
  );
  context.diagnostic(`${examples.length} examples`);
});

test('nothing that warns is ever outweighed by what fits', () => {
  const told = examples.filter(([, expected]) => expected === 'told').map(([text]) => text);
  const warnings = [
    'Go to https://secure-chase.top/x',
    'Call 1-866-555-0100',
    'Visite chase-ayuda.online',
    'Reply with your PIN',
    'Confirme su contraseña',
    'Transfer your money to a safe account',
  ];
  for (const text of told)
    for (const warning of warnings) {
      const pasted = wishToCheck(`${text}. ${warning}`, banks);
      ok(pasted, text);
      equal(compare(pasted, known).verdict, 'not-yours', `${text} ${warning}`);
    }
});
