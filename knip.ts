import type { KnipConfig } from 'knip';

/** What nothing uses is deleted. Entries are what people, Node's test runner and the browser start. */
const config: KnipConfig = {
  entry: [
    'src/**/*.test.{ts,tsx}',
    // Run as a process of its own by a test.
    'src/**/*-process.fixture.ts',
    'test/**/*.test.ts',
    'tools/*.ts',
    // Processes of their own, started by their files' names.
    'bench/*-process.fixture.ts',
    'bench/peers/*-process.ts',
    'src/web/**/main.{ts,tsx}',
    'src/web/**/mount.fixture.tsx',
  ],
  project: ['src/**/*.{ts,tsx}', 'test/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts'],
  ignoreDependencies: [
    // Run by name or path, never imported.
    'oxlint',
    'oxlint-tsgolint',
    // Put in React's place when the messenger is built, by a name that is put together.
    'preact',
    // Read as files when the pages are built.
    'us-atlas',
    'world-atlas',
    // Installed by the bench alone, in its own folder.
    'bullmq',
    // Types that come with @types/topojson-client.
    'geojson',
    'topojson-specification',
  ],
  // Of the system.
  ignoreBinaries: ['useradd', 'go', 'openssl', 'gcc', 'strace', 'mount', 'umount', 'redis-server'],
  ignoreExportsUsedInFile: true,
};

export default config;
