export { ChannelsSection } from './section.tsx';
