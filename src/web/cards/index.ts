export { holdsButtons, MessageCard, toldWord } from './cards.tsx';
export type { ButtonDrawing } from './late-card.tsx';
