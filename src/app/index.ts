export { readConfig, type Config } from './config.ts';
export { startTellerline, type Tellerline } from './start.ts';
