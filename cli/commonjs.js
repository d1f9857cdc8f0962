// TypeScript that was written for CommonJS (package.json does not say "module") is loaded as ESM, and finds there what it
// counts on: every name of a CommonJS package, not only those that Node finds in its text; the `default` of what a compiler
// made of ESM; `require`, `__filename` and `__dirname`.
const CLAUSE = String.raw`(?:([\w$]+)|\*\s*as\s+([\w$]+)|(?:([\w$]+)\s*,\s*)?\{([^{}]*)\})`;
const IMPORT = new RegExp(String.raw`(?<=^|[;}\n])import\s*${CLAUSE}\s*from\s*"([^"\\]+)";`, 'g');

// Paths, Eddy itself and what it shares with its users stay as they are.
const isPackage = (specifier) => !/^(\.|\/|file:|node:|(eddy|rxjs|fast-check)(\/|$))/.test(specifier);

const NAMES = ['require', '__filename', '__dirname'];

const HELPERS = {
  default: '(m)=>m.default?.__esModule&&"default"in m.default?m.default.default:m.default',
  names: '(m)=>new Proxy(m,{get:(m,n)=>n in m?m[n]:m.default?.[n]})',
  all: '(m)=>m.default&&typeof m.default=="object"?new Proxy(m.default,{get:(d,n)=>n in d?d[n]:m[n]}):m',
};

/**
 * What is added stands on a line of its own before all else, and what is taken away leaves blanks: tsx puts a file on one line,
 * and its source map goes by columns.
 * @param source as tsx has made it: one import a statement, without comments
 */
export function asWrittenForCommonJs(source) {
  const parts = [];
  let count = 0;
  const left = source.replace(IMPORT, (whole, alone, all, first, names, specifier) => {
    if (!isPackage(specifier)) return whole;
    const module = `__eddy_import_${count++}`;
    parts.push(`import*as ${module} from"${specifier}"`);
    const byDefault = alone ?? first;
    if (byDefault) parts.push(`const ${byDefault}=__eddy_default(${module})`);
    if (all) parts.push(`const ${all}=__eddy_all(${module})`);
    if (names) parts.push(`const{${names.replaceAll(/\s+as\s+/g, ':')}}=__eddy_names(${module})`);
    return ' '.repeat(whole.length);
  });
  const asked = NAMES.filter((name) => usesUndeclared(source, name));
  if (count === 0 && asked.length === 0) return source;
  const helpers = Object.entries(HELPERS).map(([name, code]) => `var __eddy_${name}=${code}`);
  return withLineBefore(left, `${[...helpers, ...parts].join(';')};${asked.length > 0 ? prologue(asked) : ''}`);
}

const MAP = /(?<=\n\/\/# sourceMappingURL=data:application\/json;(?:charset=[\w-]+;)?base64,)[\w+/=]+/;

function withLineBefore(source, line) {
  const moved = source.replace(MAP, (encoded) => {
    const map = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    return Buffer.from(JSON.stringify({ ...map, mappings: `;${map.mappings}` })).toString('base64');
  });
  const [hashbang = ''] = /^#!.*\n/.exec(moved) ?? [];
  return `${hashbang}${line}\n${moved.slice(hashbang.length)}`;
}

function usesUndeclared(source, name) {
  const isUsed = new RegExp(String.raw`(?<![\w$.])${name.replaceAll('$', String.raw`\$`)}\b`).test(source);
  return isUsed && !new RegExp(String.raw`\b(?:var|let|const|function|class)\s+${name}\b`).test(source);
}

function prologue(asked) {
  const values = {
    require: '__eddy_module.createRequire(import.meta.url)',
    __filename: 'import.meta.filename',
    __dirname: 'import.meta.dirname',
  };
  const needs = asked.includes('require') ? 'import*as __eddy_module from"node:module";' : '';
  return `${needs}${asked.map((name) => `var ${name}=${values[name]};`).join('')}`;
}
