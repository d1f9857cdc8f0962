// Module resolution for users' files. `eddy` always means this project, so that there is one instance of it (one clock,
// one set of guards); `fast-check` and `rxjs` mean the user's own where installed, else this project's. TypeScript is
// taken as ESM even where package.json does not say so: as CommonJS it would get a second instance of all of it.
import { asWrittenForCommonJs } from './commonjs.js';

const home = new URL('../index.ts', import.meta.url).href;

// Run from its sources, `eddy/vitest` and the like are sources too.
const asSource = home.endsWith('.ts') ? ['eddy-source'] : [];

const isEddy = (specifier) => specifier === 'eddy' || specifier.startsWith('eddy/');
const isShared = (specifier) => /^(fast-check|rxjs)(\/|$)/.test(specifier);
const isOwnTypeScript = (url) =>
  url.startsWith('file:') && /\.tsx?(\?|#|$)/.test(url) && !url.includes('/node_modules/');

// tsx marks what it would take for CommonJS; a marked and an unmarked URL would be two instances of one module.
const plainUrl = (url) => url.replace(/(\?|%3F)tsx-commonjs-.*$/, '');

const writtenForCommonJs = new Set();

export async function resolve(specifier, context, next) {
  if (specifier === 'eddy') return { url: home, format: 'module', shortCircuit: true };
  const found = isEddy(specifier)
    ? await next(specifier, { ...context, parentURL: home, conditions: [...context.conditions, ...asSource] })
    : isShared(specifier)
      ? await sharedOf(specifier, context, next)
      : await next(specifier, context);
  const url = plainUrl(found.url);
  if (!isOwnTypeScript(url)) return found;
  if (found.format === 'commonjs' || url !== found.url) writtenForCommonJs.add(url);
  return { ...found, url, format: 'module' };
}

async function sharedOf(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return next(specifier, { ...context, parentURL: home });
  }
}

const OWN_ROOMS = new URL('../', import.meta.url).href;
const isOurs = (url) => url.startsWith(OWN_ROOMS) && isOwnTypeScript(url);

/**
 * tsx names every closure when it is made, which costs a run a fifth of its time. Nothing of Eddy reads such names, so
 * in its own files the helper answers the closure as it is; users' files are left alone.
 */
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (writtenForCommonJs.has(url) && loaded.source) {
    return { ...loaded, source: asWrittenForCommonJs(String(loaded.source)) };
  }
  if (!isOurs(url) || loaded.source === undefined || loaded.source === null) return loaded;
  // As long as before: all is on one line, and the source map goes by columns.
  const source = String(loaded.source).replace(/__name\s*=\s*\(target,\s*value\)\s*=>[^;]*;/, (all) =>
    '__name=(target)=>target;'.padEnd(all.length),
  );
  return { ...loaded, source };
}
