import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BankId } from '#base';
import { wishForPerson } from './person-words.ts';
import { wishOfTalk } from './talk-wishes.ts';

const banks = [
  { id: 'citi' as BankId, name: 'Citi' },
  { id: 'us-bank' as BankId, name: 'U.S. Bank' },
];
const lines = (text: string): string[] => text.trim().split(/\s*\n\s*/);

test('a person is asked for in many wordings, in both languages, with and without what it is about', () => {
  const asked = lines(`
    talk to a person
    I want to talk to someone
    i need to speak with a human
    Can I speak to a representative please?
    speak to an agent
    agent
    human please
    real person
    get me a human
    connect me with customer service
    transfer me to a live agent
    I'd like to chat with one of your advisors
    can somebody help me
    could someone please call me
    is there a real person here
    let me talk to your supervisor
    I want to talk to my bank
    customer support
    how do I contact customer service
    I want a human, not a bot
    quiero hablar con una persona
    hablar con alguien
    necesito un asesor
    pásame con un agente por favor
    ¿puedo hablar con un representante?
    agente
    un humano, por favor
    quiero que me atienda una persona
    ¿alguien me puede ayudar?
    comunícame con atención al cliente
    quiero hablar con mi banco
    atención al cliente`);
  for (const text of asked) assert.ok(wishForPerson(text, banks), text);
  assert.deepEqual(wishForPerson('I want to talk to someone', banks), { isQuestion: false });
});

test('what it is about goes with it, and the bank that was named', () => {
  const about = lines(`
    I want to talk to someone about the fee on my card
    can I speak to a human, my transfer never arrived
    quiero hablar con alguien sobre la comisión
    necesito un asesor, no me llegó la tarjeta`);
  for (const text of about) assert.equal(wishForPerson(text, banks)?.isQuestion, true, text);
  assert.deepEqual(wishForPerson('talk to Citi', banks), { bank: 'citi', isQuestion: false });
  assert.deepEqual(wishForPerson('quiero hablar con U.S. Bank', banks), { bank: 'us-bank', isQuestion: false });
  assert.equal(wishForPerson('speak to an agent at Citi', banks)?.bank, 'citi');
});

test('who only mentions somebody, or does not want one, asks for nobody', () => {
  const others = lines(`
    someone used my card in Mexico
    who has seen my data
    how much did I spend at Agent Provocateur
    I don't want to talk to a person
    no quiero hablar con nadie
    he said "talk to an agent" and laughed
    what did staff look at
    did I pay Citi
    balance at U.S. Bank
    alguien usó mi tarjeta
    cuánto gasté con Citi
    recent purchases`);
  for (const text of others) assert.equal(wishForPerson(text, banks), undefined, text);
});

test('leaving, coming back, closing and rating are heard only where the whole text says nothing else', () => {
  const said = (text: string) => wishOfTalk(text)?.wish;
  for (const text of lines('back\nBack to Tellerline\nvolver\nVolver a Tellerline\nok, back please'))
    assert.equal(said(text), 'leave', text);
  for (const text of lines("done\nthat's all\nlisto\nListo, gracias\neso es todo\nclose my case"))
    assert.equal(said(text), 'close', text);
  for (const text of lines('back to my case\nvolver al caso 1001')) assert.equal(said(text), 'resume', text);
  assert.deepEqual(wishOfTalk('5 of 5 for case 1001'), { wish: 'rate', rating: 5, number: 1001 });
  assert.deepEqual(wishOfTalk('1 de 5 para el caso 1001'), { wish: 'rate', rating: 1, number: 1001 });
  for (const text of lines(
    'give my money back\nI am done waiting for the card\n6 of 5 for case 1001\nno está listo\nis it done?\n¿listo el reembolso?',
  ))
    assert.equal(said(text), undefined, text);
});
