export type { Frame, Intent, KnownMerchant, Slots, Understood, UnderstandingContext } from './frame.ts';
export type { AccountBalance, AccountPurchase, CustomerMoney, LinkedAccount, LinkOfCustomer } from './money.ts';
export type { Answer, Ask } from './turn.ts';
export { answer } from './answer.ts';
export { understand, understandWith } from './understand.ts';
export type { ChatWay, ChatWays } from './chat-ways.ts';
export { createTalk, type Pressed, type SaidByCustomer, type Talk } from './talk.ts';
export type { TalkParts } from './talk-parts.ts';
export type { CustomerWishes } from './wishes.ts';
