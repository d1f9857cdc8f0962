// Loaded with `--import`, so in worker threads too: TypeScript through tsx, then Eddy's own resolution before it.
import { register } from 'node:module';
import { register as registerTsx } from 'tsx/esm/api';

registerTsx();
register('./hooks.js', import.meta.url);
// Threads that start like this one need no loader of their own.
globalThis[Symbol.for('eddy.loads-typescript')] = true;
