import { defineConfig } from 'vitest/config';

// The project's own sources stand for the package that users install.
const conditions = ['eddy-source', 'module', 'node'];

/** Specs that leave nothing behind them: they share a process, and load what they have in common once. */
const SHARING = [
  'sim/**/*.spec.ts',
  'properties/checks/**/*.spec.ts',
  'properties/*.spec.ts',
  'properties/runner/!(campaign|matrix|cold|determinism|nondeterminism|saved|replay).spec.ts',
  'properties/runner/{explain,strategies}/**/*.spec.ts',
  'cli/commands/**/*.spec.ts',
  'cli/serve/**/*.spec.ts',
  'cli/!(process|pages).spec.ts',
  'conformance/**/*.spec.ts',
  'docs/**/*.spec.ts',
  'scenarios/**/*.spec.ts',
  'reports/**/*.spec.ts',
  'adapters/**/*.spec.ts',
];
const NEVER = ['**/node_modules/**', 'dist/**'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'sharing', include: SHARING, exclude: NEVER, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['**/*.spec.ts'], exclude: [...NEVER, ...SHARING] } },
    ],
  },
});
