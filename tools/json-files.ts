import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The file itself, or every JSON file below a folder. What is not there is named all the same, and fails where it is counted. */
export function jsonFilesIn(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return globSync('**/*.json', { cwd: path })
    .toSorted()
    .map((name) => join(path, name));
}
