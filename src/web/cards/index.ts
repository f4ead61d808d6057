export { MessageCard, toldWord } from './cards.tsx';
