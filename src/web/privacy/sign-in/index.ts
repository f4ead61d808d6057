export { SignInSections } from './sections.tsx';
