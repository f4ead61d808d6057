import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questionWords } from './features.ts';
import { inEnglish } from './glossary.ts';

const english = (question: string): string => inEnglish(questionWords(question)).join(' ');

test('several words go before single ones, stems take any ending, and marks of asking stay', () => {
  assert.equal(english('¿Cuál es el tipo de cambio?'), 'what is exchange rate ?');
  assert.equal(english('mis tarjetas'), 'my card');
});

test('words that the glossary lacks are left out', () => {
  assert.equal(english('el zapato azul'), '');
});
