import { en, es, refused, refusedAs, type Conversation } from './expecting.ts';

/** What must get no number: it is asked back, or said that it is not known. */
export const refusals: readonly Conversation[] = [
  // What has not come yet, or is nobody's to know.
  en(['how much will I spend next month', refused]),
  en(['how much did I spend next week', refusedAs('future')]),
  en(['can I afford a new car', refusedAs('advice')]),
  en(['how much should i spend on groceries', refused]),
  en(['how much can i spend this month', refused]),
  en(['how much would i save without coffee', refused]),
  es(['cuanto voy a gastar el proximo mes', refused]),
  es(['¿me alcanza para un coche nuevo?', refusedAs('advice')]),
  es(['cuánto gasté la semana que viene', refusedAs('future')]),

  // Not there.
  en(['how much did i spend at starbucks last month', refused]),
  en(['how much did I spend at walmart', refused]),
  en(['how much did I spend in Berlin', refused]),
  en(['how much did I spend on crypto last month', refused]),
  en(['spending on card ending 9999 in october', refused]),
  en(['how much did i spend on red shoes last month', refused]),
  en(['how much did my wife spend last month', refused]),
  en(['how much did I spend with bank of america', refused]),
  en(['how much tax did I pay last year', refused]),
  en(['how much did i tip in october', refused]),
  es(['cuánto gasté en Starbucks el mes pasado', refused]),
  es(['cuanto gaste en madrid', refused]),
  es(['cuánto gastó mi esposa el mes pasado', refused]),
  es(['cuanto gaste en zapatos rojos', refused]),

  // Before everything that can be seen: nothing found is not nothing spent.
  en(['how much did I spend in 2023', refused]),
  en(['how many purchases in october 2024', refused]),
  es(['mi compra más grande de 2024', refused]),

  // Words that turn a question round.
  en(['how much did I spend on everything except rent last month', refused]),
  en(['how much did i spend last month without rent', refused]),
  en(['groceries not at hollis foods last month', refused]),
  en(['how much did I spend on coffee but not at larkspur', refused]),
  en(['excluding rent, how much did I spend in october', refused]),
  en(['apart from rent how much did i spend in october', refused]),
  en(['how much did I spend in october other than groceries', refused]),
  en(['all my spending but groceries in october', refused]),
  en(['total spending minus rent in october', refused]),
  en(['how much did I spend outside of austin in october', refused]),
  en(['how much did i spend before october', refused]),
  en(['what did I not spend on coffee last month', refused]),
  es(['cuánto gasté el mes pasado sin la renta', refused]),
  es(['todo menos el supermercado en octubre', refused]),
  es(['cuanto gaste en octubre excepto restaurantes', refused]),
  es(['cuánto gasté en octubre aparte de la renta', refused]),
  es(['gastos de octubre salvo cafe', refused]),
  es(['cuanto gaste en octubre fuera de la renta', refused]),

  // Two of a kind, of which a single number could hold but one.
  en(['how much did i spend from checking and savings in october', refused]),
  en(['how much did i spend with card 3558 and 2298 in october', refused]),
  en(['how much did i spend in march and may', refused]),
  en(["what's my balance and how much did I spend on coffee", refused]),
  en(['how much did I spend on coffee last month and when was my last haircut', refused]),
  en(['how much at chase and citi last month', refused]),
  es(['cuanto gaste en marzo y mayo', refused]),
  es(['cuál es mi saldo y cuánto gasté en café', refused]),

  // Can be read in two ways, or is no day at all.
  en(['how much did I spend at the market in october', refusedAs('whichMerchant')]),
  en(['how much did I spend in fiscal Q1', refused]),
  en(['how much did i spend on february 30', refusedAs('whichDay')]),
  en(['how much did i spend on tuesday november 16', refused]),
  en(['how much did I spend on 13/13', refusedAs('whichDay')]),
  es(['cuánto gasté el 3/5', refusedAs('whichDay')]),
  es(['cuanto gaste el 31 de abril', refusedAs('whichDay')]),

  en(['how much did i spend up to november 5', refused]),
  es(['cuanto gaste hasta el 5 de noviembre', refused]),
  en(['how much more than 500 did i spend on groceries last month', refused]),
  es(['cuánto más de 500 gasté en el súper', refused]),
  es(['cuánto gasté en la última quincena', refused]),
  en(['what percent of my salary did I spend last month', refused]),
  en(['how many different restaurants did i go to in october', refused]),
  en(['riverside over $50', refusedAs('whichMerchant')]),

  // Hours and single weekdays are no spans of days.
  en(['how much did I spend on coffee in the morning last week', refused]),
  en(['how much did i spend before noon yesterday', refused]),
  en(['how much do I spend on fridays', refused]),
  en(['how much did i spend on weekends in october', refused]),
  es(['cuanto gaste los viernes de octubre', refused]),
  es(['cuánto gasté ayer por la noche', refused]),

  // Not about sums, or to be done.
  en(['why was I charged 15.49', refused]),
  en(['transfer 50 dollars to savings', refused]),
  en(['how much does starling video cost', refused]),
  en(['half of my rent in october', refused]),
  en(['how much did i almost spend last month', refused]),
  en(['is 300 a lot for groceries', refused]),
  es(['por qué me cobraron 15.49', refused]),
  es(['transfiere 50 dólares a mis ahorros', refused]),
  es(['la mitad de mi renta de octubre', refused]),
];
