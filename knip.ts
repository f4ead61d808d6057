import type { KnipConfig } from 'knip';

/** What nothing uses is deleted. Entries are what people, Node's test runner and the browser start. */
const config: KnipConfig = {
  entry: [
    'src/app/index.ts',
    'src/**/*.test.{ts,tsx}',
    'test/**/*.test.ts',
    'tools/*.ts',
    'bench/*.ts',
    'src/web/**/main.{ts,tsx}',
    'src/web/*.html',
  ],
  project: ['src/**/*.{ts,tsx}', 'test/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts'],
  // Run by name or path, never imported.
  ignoreDependencies: ['oxlint', 'oxlint-tsgolint'],
  // Of the system.
  ignoreBinaries: ['useradd', 'apt-get', 'dnf'],
  ignoreExportsUsedInFile: true,
};

export default config;
