import {
  biggest,
  byMerchant,
  coffee,
  days,
  en,
  es,
  fuel,
  groceries,
  lastDay,
  less,
  list,
  many,
  mean,
  month,
  most,
  newest,
  per,
  refused,
  refusedAs,
  rent,
  restaurants,
  sumOf,
  thisYear,
  total,
  worth,
  type Conversation,
} from './expecting.ts';
import { booked, decimal, received, spent } from './oracle.ts';

const chase = { bank: 'jpmorgan-chase' };
const citi = { bank: 'citi' };
const card = { account: 'card' } as const;
const lastWeek = days('2026-11-08', '2026-11-14');
const weekBefore = days('2026-11-01', '2026-11-07');

/** Questions that go on from the one before. */
export const followUps: readonly Conversation[] = [
  en(
    ['how much did i spend on coffee last week', total(coffee, lastWeek)],
    ['and the week before?', total(coffee, weekBefore)],
    ['how many was that', many(coffee, weekBefore)],
    ['which ones?', list(coffee, weekBefore)],
  ),
  en(
    ['how much did I spend on groceries in october', total(groceries, month(10))],
    ['and in May?', total(groceries, month(5))],
    ['only chase', total(groceries, month(5), chase)],
  ),
  en(
    ['restaurants last month', total(restaurants, month(10))],
    ['over $50?', total(restaurants, month(10), { above: 5000 })],
    ['show them', list(restaurants, month(10), { above: 5000 })],
  ),
  en(
    ['how much at hollis foods this month', total({ at: 'Hollis Foods' }, month(11))],
    ['and at greenfield market?', total({ at: 'Greenfield Market' }, month(11))],
    ['what about october', total({ at: 'Greenfield Market' }, month(10))],
    ['how many times?', many({ at: 'Greenfield Market' }, month(10))],
  ),
  en(
    ['how much did I spend on groceries this month', total(groceries, month(11))],
    ['compare with last month', less({ ...groceries, ...month(11) }, { ...groceries, ...month(10) })],
  ),
  en(
    ['biggest purchase in october', biggest(month(10))],
    ['and in september?', biggest(month(9))],
    ['on groceries?', biggest(groceries, month(9))],
  ),
  en(
    ['how much did I spend last month', total(month(10))],
    ['only the card', total(month(10), card)],
    ['and the month before', total(month(9), card)],
  ),
  en(
    ['how many coffees did I buy in october', many(coffee, month(10))],
    ['how much was that?', total(coffee, month(10))],
    ['and the biggest one?', biggest(coffee, month(10))],
  ),
  en(
    ['top merchants in october', most(byMerchant, month(10))],
    ['on groceries', most(byMerchant, groceries, month(10))],
  ),
  en(
    ['when did i last go to hollis foods', lastDay({ at: 'Hollis Foods' })],
    ['and to larkspur?', lastDay({ at: 'Larkspur Coffee' })],
  ),
  en(
    ['how much did I spend on food in october', refusedAs('missing')],
    ['groceries', total(groceries, month(10))],
    ['and restaurants?', total(restaurants, month(10))],
  ),
  en(
    ['average coffee spending', refusedAs('missing')],
    ['per month', per(11, coffee, days('2025-12-01', '2026-10-31'))],
  ),
  en(
    ['compare groceries this month', refusedAs('missing')],
    ['with last month', less({ ...groceries, ...month(11) }, { ...groceries, ...month(10) })],
  ),
  en(
    ['how much did I earn in october', sumOf(received('salary', month(10)))],
    ['and in september?', sumOf(received('salary', month(9)))],
  ),
  en(['my last 3 purchases', newest(3)], ['at citi', newest(3, citi)]),
  en(
    ['how much did I spend on gas in october', total(fuel, month(10))],
    ['not in austin', refused],
    ['and in september?', total(fuel, month(9))],
  ),
  en(
    ['how much at riverside last month', refusedAs('whichMerchant')],
    ['riverside market', total({ at: 'Riverside Market' }, month(10))],
  ),
  en(
    ['how much did I spend in lisbon', total({ city: 'Lisbon' })],
    ['and in paris?', total({ city: 'Paris' })],
    ['on restaurants', total({ city: 'Paris' }, restaurants)],
  ),
  en(
    ['coffee this month', total(coffee, month(11))],
    ['and the month before', total(coffee, month(10))],
    ['and the previous month', total(coffee, month(9))],
  ),
  en(['coffee last week', total(coffee, lastWeek)], ['and the month before', refused]),
  en(['how much do i owe', worth(decimal(-booked('card')))], ['on citi?', worth(decimal(-booked('card', 'citi')))]),
  en(['my subscriptions', worth('273.88')], ['how many', worth(16)], ['at chase', worth(4)]),
  en(
    ['my last 5 purchases', newest(5)],
    ['at restaurants', newest(5, restaurants)],
    ['how much in total', sumOf(spent(restaurants).slice(-5))],
  ),
  en(
    ['what did i pay meridian air', total({ at: 'Meridian Air' })],
    ['which ones', list({ at: 'Meridian Air' })],
    ['how many was that', many({ at: 'Meridian Air' })],
  ),
  en(
    ['how much at hollis foods', total({ at: 'Hollis Foods' }, month(11))],
    ['which ones', list({ at: 'Hollis Foods' }, month(11))],
    ['which one was the biggest', biggest({ at: 'Hollis Foods' }, month(11))],
  ),
  en(
    ['how much did I spend in lisbon', total({ city: 'Lisbon' })],
    ['how many purchases', many({ city: 'Lisbon' })],
    ['what was the biggest', biggest({ city: 'Lisbon' })],
  ),
  en(
    ['spending in october', total(month(10))],
    ['without rent', refused],
    ['only online', total(month(10), { online: true })],
  ),
  en(
    ['when did i last go to hollis foods', lastDay({ at: 'Hollis Foods' })],
    ['how much did i spend there', total({ at: 'Hollis Foods' }, month(11))],
  ),
  en(['groceries last month', total(groceries, month(10))], ['how much did i spend there', refused]),
  en(["what's due next week", worth('220.00')], ['how much is that', worth('220.00')], ['how many', refused]),
  en(
    ['average grocery purchase in october', mean(groceries, month(10))],
    ['and in september', mean(groceries, month(9))],
  ),
  en(['how many coffees last week', many(coffee, lastWeek)], ['and the week before that', many(coffee, weekBefore)]),
  en(["what's my balance", worth(decimal(booked('checking') + booked('savings')))], ['how much is that', refused]),
  es(['mis suscripciones', worth('273.88')], ['cuántas son', worth(16)], ['en chase', worth(4)]),
  es(
    ['cuánto gasté en café este mes', total(coffee, month(11))],
    ['¿y en mayo?', total(coffee, month(5))],
    ['solo la tarjeta de citi', total(coffee, month(5), citi, card)],
  ),
  es(
    ['cuanto gaste en restaurantes en octubre', total(restaurants, month(10))],
    ['y en septiembre', total(restaurants, month(9))],
    ['cuántas fueron', many(restaurants, month(9))],
    ['¿cuáles?', list(restaurants, month(9))],
  ),
  es(
    ['cuánto gasté en el supermercado el mes pasado', total(groceries, month(10))],
    ['más de 50 dólares', total(groceries, month(10), { above: 5000 })],
    ['muéstramelas', list(groceries, month(10), { above: 5000 })],
  ),
  es(
    ['cuanto gaste en hollis foods en octubre', total({ at: 'Hollis Foods' }, month(10))],
    ['y en greenfield market', total({ at: 'Greenfield Market' }, month(10))],
    ['cuantas veces', many({ at: 'Greenfield Market' }, month(10))],
  ),
  es(['mi compra más grande de octubre', biggest(month(10))], ['¿y en septiembre?', biggest(month(9))]),
  es(
    ['supermercado este mes', total(groceries, month(11))],
    ['compara con el mes pasado', less({ ...groceries, ...month(11) }, { ...groceries, ...month(10) })],
  ),
  es(['cuánto gasté en comida en octubre', refusedAs('missing')], ['supermercado', total(groceries, month(10))]),
  es(
    ['cuanto gaste el mes pasado', total(month(10))],
    ['solo chase', total(month(10), chase)],
    ['y la renta', total(month(10), chase, rent)],
  ),
  es(['cuándo cobré', worth('2026-11-15')], ['¿y cuándo me pagan?', worth('2026-11-30')]),
  es(
    ['promedio por compra en restaurantes en octubre', mean(restaurants, month(10))],
    ['y en septiembre', mean(restaurants, month(9))],
  ),
  en(['rent this year', total(rent, thisYear)], ['only wells fargo', total(rent, thisYear, { bank: 'wells-fargo' })]),
];
