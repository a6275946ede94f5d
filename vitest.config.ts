import { defineConfig } from 'vitest/config';

const pool = { pool: 'forks', maxWorkers: 2, testTimeout: 30_000, hookTimeout: 60_000 } as const;

/** Files that start processes or emulators, or change the environment: each has a process of its own. */
const alone = [
  'test/contracts/**/*.test.ts',
  'test/pipeline/*.test.ts',
  'test/pipeline/{cli,embedded,hosts}/**/*.test.ts',
  'test/infra/{bundle-entry,kcl-service}.test.ts',
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...pool, name: 'alone', include: alone, globalSetup: 'test/pipeline/bundle-program.mjs' } },
      {
        test: {
          ...pool,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ['test/bench/**', 'node_modules/**', ...alone],
          // What a file leaves behind is what the next one finds; loading the libraries anew for each takes longer than the tests.
          isolate: false,
        },
      },
    ],
  },
});
