export { HearingSection } from './section.tsx';
