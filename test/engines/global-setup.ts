import type { TestProject } from 'vitest/node';
import { type Engine, startDynamoDbLocal } from './dynamodb-local.ts';
import { type LocalStackEndpoints, startLocalStack } from './localstack.ts';

/** What a suite gets of an engine: where it answers, why it is not there, or how its start failed. */
export type EngineState<T> =
  | { readonly kind: 'running'; readonly endpoints: T }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    dynamoDbLocal: EngineState<{ readonly dynamo: string }>;
    localStack: EngineState<LocalStackEndpoints>;
  }
}

/** Starts every engine once for all suites and says in one line each what became of it; ends them after the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [dynamoDbLocal, localStack] = await Promise.all([
    start('DynamoDB Local', startDynamoDbLocal),
    start('LocalStack', () => startLocalStack(process.env)),
  ]);
  project.provide('dynamoDbLocal', dynamoDbLocal.state);
  project.provide('localStack', localStack.state);
  return async () => {
    await Promise.all([dynamoDbLocal.stop(), localStack.stop()]);
  };
}

async function start<T>(
  name: string,
  open: () => Promise<Engine<T>>,
): Promise<{ readonly state: EngineState<T>; stop(): Promise<void> }> {
  let engine: Engine<T>;
  try {
    engine = await open();
  } catch (error) {
    const { message: reason } = error as Error;
    console.log(`${name}: failed to start: ${reason}`);
    return { state: { kind: 'failed', reason }, stop: async () => {} };
  }
  if (engine.kind === 'absent') {
    console.log(`${name}: its suites are skipped: ${engine.reason}`);
    return { state: engine, stop: async () => {} };
  }
  const { endpoints, stop } = engine;
  console.log(`${name}: ${[...new Set(Object.values(endpoints as object))].join(', ')}`);
  return { state: { kind: 'running', endpoints }, stop };
}
