// Adds to package-lock.json the optional packages of other platforms that the registry at hand did not offer, so that
// `npm ci` works on every platform. Run it after each change of dependencies: `npm run lock`.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const systems = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  win32: 'win32',
  linux: 'linux',
  sunos: 'sunos',
  aix: 'aix',
  wasm32: 'none',
  wasm: 'none',
  wasi: 'none',
  fsevents: 'darwin',
};
for (const [path, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => lock.packages[place])) continue;
    const version = range.replace(/^[\^~]/, '');
    const found = { version, ...(entry.dev ? { dev: true } : {}), optional: true };
    const os = Object.entries(systems).find(([word]) => name.includes(word))?.[1];
    if (os) found.os = [os];
    lock.packages[`node_modules/${name}`] = found;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
