// The thread of cold.ts: plain JavaScript, because it must register the TypeScript loader before anything else.
import { register } from 'tsx/esm/api';

register();
await import('./cold-thread.ts');
