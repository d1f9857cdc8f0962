import { defineConfig } from 'vitest/config';

// The project's own sources stand for the package that users install.
const conditions = ['eddy-source', 'module', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['**/*.spec.ts'], testTimeout: 120_000, maxWorkers: 2, exclude: ['**/node_modules/**', 'dist/**'] },
});
