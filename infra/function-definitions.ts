import type { TableRole } from '../sinks/table-definitions.ts';

/** The functions by their names: each is one file in pipeline/hosts/lambda that exports `handler`. */
export type FunctionName =
  | 'consume-records'
  | 'advance-clock'
  | 'fire-rules'
  | 'fit-models'
  | 'replay-quarantine'
  | 'redrive-failures'
  | 'serve-api';

export interface FunctionDefinition {
  readonly description: string;
  readonly memoryMb: number;
  /** Longest run, seconds, 1..900. */
  readonly timeoutSeconds: number;
  /** DynamoDB actions on each table; a Query reads the table's indexes as well. */
  readonly tables: Partial<Record<TableRole, readonly TableAction[]>>;
  readonly stream: readonly StreamAction[];
  readonly failureQueue: readonly QueueAction[];
  /** True to publish to the topics and buses of the deployment's settings. */
  readonly sendsAlerts?: boolean;
}

type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PartiQLInsert'
  | 'PartiQLUpdate'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';

type StreamAction =
  | 'DescribeStream'
  | 'DescribeStreamSummary'
  | 'GetRecords'
  | 'GetShardIterator'
  | 'ListShards'
  | 'PutRecords';

type QueueAction = 'DeleteMessage' | 'ReceiveMessage' | 'SendMessage';

/** Reading the active models and the list of versions. */
const readModels = ['GetItem', 'Query'] as const;
/** Progress and the day directories: single items and the items of one kind. */
const readProgress = ['GetItem', 'Query'] as const;
const writeProgress = ['GetItem', 'PutItem', 'Query'] as const;
/** One customer at a time or 25 conditional statements a call. */
const writeCustomers = ['BatchGetItem', 'GetItem', 'PartiQLInsert', 'PartiQLUpdate', 'PutItem'] as const;
/** New moves in batches; moves found in an outbox one by one, on condition that they are absent. */
const publishMoves = ['BatchWriteItem', 'PutItem'] as const;
/** What a producer needs: it lists the shards to keep a customer's records in order. */
const produce = ['ListShards', 'PutRecords'] as const;

/** What each function needs and nothing else: the stores and jobs it uses make exactly these calls. */
export const functionDefinitions: Readonly<Record<FunctionName, FunctionDefinition>> = {
  'consume-records': {
    description: 'Takes batches of the purchase stream through the chain.',
    memoryMb: 1_769,
    timeoutSeconds: 120,
    tables: {
      customers: writeCustomers,
      purchases: ['BatchWriteItem'],
      migrations: publishMoves,
      models: readModels,
      quarantine: ['PutItem'],
      checkpoints: writeProgress,
    },
    stream: ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'],
    failureQueue: ['SendMessage'],
  },
  'advance-clock': {
    description: 'Each minute: fires the timers that are due and goes on with a roll-out of models.',
    memoryMb: 1_024,
    timeoutSeconds: 300,
    tables: {
      customers: [...writeCustomers, 'Query', 'Scan'],
      migrations: publishMoves,
      models: readModels,
      checkpoints: writeProgress,
    },
    stream: [],
    failureQueue: [],
  },
  'fire-rules': {
    description: 'Each minute: fires the alert rules and delivers what they fired.',
    memoryMb: 1_024,
    timeoutSeconds: 300,
    tables: {
      customers: ['Scan'],
      migrations: ['Query'],
      models: readModels,
      checkpoints: ['PutItem', 'Query'],
      alerting: ['GetItem', 'PutItem', 'Query'],
    },
    stream: [],
    failureQueue: [],
    sendsAlerts: true,
  },
  'fit-models': {
    description: 'Each day: fits the models if a fit is due and activates them.',
    memoryMb: 3_538,
    timeoutSeconds: 900,
    tables: {
      customers: [...writeCustomers, 'Scan'],
      purchases: ['BatchGetItem', 'Scan'],
      migrations: [...publishMoves, 'Scan'],
      models: [...readModels, 'PutItem'],
      quarantine: ['Scan'],
      checkpoints: writeProgress,
    },
    stream: [],
    failureQueue: [],
  },
  'replay-quarantine': {
    description: 'On an operator’s word: puts quarantined records on the stream again.',
    memoryMb: 512,
    timeoutSeconds: 900,
    tables: { quarantine: ['GetItem', 'Query', 'UpdateItem'], checkpoints: readProgress },
    stream: produce,
    failureQueue: [],
  },
  'redrive-failures': {
    description: 'On an operator’s word: puts the records that the failure queue names on the stream again.',
    memoryMb: 512,
    timeoutSeconds: 300,
    tables: {},
    stream: ['GetRecords', 'GetShardIterator', ...produce],
    failureQueue: ['DeleteMessage', 'ReceiveMessage'],
  },
  'serve-api': {
    description: 'Answers the HTTP API.',
    memoryMb: 1_024,
    timeoutSeconds: 29,
    tables: {
      customers: ['BatchGetItem', 'GetItem', 'Scan'],
      purchases: ['Query'],
      migrations: ['Query'],
      models: readModels,
      checkpoints: readProgress,
      quarantine: ['GetItem', 'Query', 'UpdateItem'],
      alerting: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query'],
      answers: ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
    },
    stream: produce,
    failureQueue: [],
  },
};

/** The file that exports the function's handler, relative to the project's root. */
export function entryPath(name: FunctionName): string {
  return `pipeline/hosts/lambda/${name}.ts`;
}
