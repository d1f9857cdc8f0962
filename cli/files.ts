/** The scenario files below a folder. */
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { usage } from './usage.ts';

export const SCENARIO_END = '.scenario.ts';
/** How those end that Eddy brings along: as itself. */
export const BUILT_IN_END = import.meta.url.endsWith('.ts') ? SCENARIO_END : '.scenario.js';

/** A folder with more entries is not what anybody meant. */
const ENTRIES_MAX = 200_000;

/** Sorted paths; installed packages, hidden folders and links are left out. */
export function filesBelow(folder: string, end = SCENARIO_END): readonly string[] {
  const files: string[] = [];
  const folders = [folder];
  let seen = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of entriesOf(next)) {
      if (++seen > ENTRIES_MAX)
        throw usage(`${folder} holds more than ${ENTRIES_MAX} files; run Eddy in the folder of your own code`);
      const path = join(next, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') folders.push(path);
      else if (entry.isFile() && entry.name.endsWith(end)) files.push(path);
    }
  }
  return files.toSorted();
}

/** Undefined where there is nothing, or nothing that can be there: a name too long, a folder that is a file. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** What cannot be read holds nothing for us. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
