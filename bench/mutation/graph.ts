/** Which specs can see a file, and through how many modules: the imports of the project, followed backwards. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

/** For each file those that import it when they run, both from the project's folder on. */
export type Importers = ReadonlyMap<string, readonly string[]>;

interface Entry {
  readonly 'eddy-source'?: string;
}

export function importersOf(root: string, files: readonly string[]): Importers {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, Entry>>;
  };
  const known = new Set(files);
  const importers = new Map<string, string[]>();
  for (const file of files)
    for (const specifier of importsIn(file, readFileSync(join(root, file), 'utf8'))) {
      const target = specifier.startsWith('.')
        ? join(file, '..', specifier)
        : join(exports[specifier.replace(/^eddy(?=\/|$)/, '.')]?.['eddy-source'] ?? '');
      if (!known.has(target)) continue;
      const those = importers.get(target);
      if (those) those.push(file);
      else importers.set(target, [file]);
    }
  return importers;
}

function importsIn(file: string, text: string): readonly string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const imported = staticImports.filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType));
  const passedOn = staticExports.flatMap(({ entries }) => entries.filter(({ isType }) => !isType));
  return [
    ...imported.map(({ moduleRequest }) => moduleRequest.value),
    ...passedOn.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ];
}

/** The specs that load the file, by how many imports lie between. */
export function specsThatSee(file: string, importers: Importers): ReadonlyMap<string, number> {
  const distances = new Map([[file, 0]]);
  for (const [at, distance] of distances)
    for (const importer of importers.get(at) ?? []) if (!distances.has(importer)) distances.set(importer, distance + 1);
  return new Map([...distances].filter(([path]) => path.endsWith('.spec.ts')));
}
