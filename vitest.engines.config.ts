import { defineConfig } from 'vitest/config';

/** Suites on engines that are not part of the repository: Amazon's DynamoDB Local (Java), LocalStack (Docker). */
export default defineConfig({
  test: {
    include: ['test/**/*.engine.ts'],
    globalSetup: ['test/engines/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
