// The thread of cold.ts: plain JavaScript, because it must register the TypeScript loader before anything else.
if (!globalThis[Symbol.for('eddy.loads-typescript')]) (await import('tsx/esm/api')).register();
await import('./cold-thread.ts');
