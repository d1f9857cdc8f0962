// A crew's thread: plain JavaScript, because it must register the TypeScript loader before anything else.
if (!globalThis[Symbol.for('eddy.loads-typescript')]) (await import('tsx/esm/api')).register();
const { perform } = await import('./thread.ts');
export default perform;
