/** Every table Tidemark keeps, by role. Provisioning, the stores and the deployment all read this one list. */

export interface TableDefinition {
  /** Name without the deployment's prefix. */
  readonly suffix: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly indexes?: readonly IndexDefinition[];
  /** Attribute that holds the expiry, epoch seconds. */
  readonly expiryAttribute?: string;
}

export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly projection: 'KEYS_ONLY' | 'ALL';
}

export const tableDefinitions = {
  /**
   * One item a customer. The sparse index `timers` holds the customers whose segment will change without a purchase:
   * partition = UTC day and a hash, sort = the instant.
   */
  customers: {
    suffix: 'customers',
    partitionKey: 'customerId',
    indexes: [{ name: 'timers', partitionKey: 'timerBucket', sortKey: 'timerAt', projection: 'KEYS_ONLY' }],
    expiryAttribute: 'expiresAt',
  },
  /** Purchase history: sort = event time and event hash, so that writing one twice changes nothing. */
  purchases: {
    suffix: 'purchases',
    partitionKey: 'customerId',
    sortKey: 'orderKey',
    expiryAttribute: 'expiresAt',
  },
  /**
   * Moves between segments: sort = the customer's ordinal. The index `feed` orders them by publication, for alerts:
   * partition = UTC day of publication, sort = publication instant and id.
   */
  migrations: {
    suffix: 'migrations',
    partitionKey: 'customerId',
    sortKey: 'ordinal',
    indexes: [{ name: 'feed', partitionKey: 'feedDay', sortKey: 'feedKey', projection: 'ALL' }],
    expiryAttribute: 'expiresAt',
  },
  /** Immutable models by kind and version, and one pointer item a kind (`version` = "active"). */
  models: { suffix: 'models', partitionKey: 'kind', sortKey: 'version' },
  /** Records that could not be used: partition = UTC day of arrival, sort = shard, sequence and sub-sequence number. */
  quarantine: {
    suffix: 'quarantine',
    partitionKey: 'arrivalDay',
    sortKey: 'recordKey',
    expiryAttribute: 'expiresAt',
  },
  /**
   * Alert rules, what they fired, and how it is delivered; `scope` tells what an item is. The index `feed` orders fired
   * alerts by firing, `by-rule` the same for each rule, and the sparse `queue` holds deliveries by when they are to be
   * tried (partition = the rule), or were given up.
   */
  alerting: {
    suffix: 'alerting',
    partitionKey: 'scope',
    sortKey: 'name',
    indexes: [
      { name: 'feed', partitionKey: 'feedDay', sortKey: 'feedKey', projection: 'ALL' },
      { name: 'by-rule', partitionKey: 'firedBy', sortKey: 'feedKey', projection: 'ALL' },
      { name: 'queue', partitionKey: 'queue', sortKey: 'queuedAt', projection: 'KEYS_ONLY' },
    ],
    expiryAttribute: 'expiresAt',
  },
  /** Answers to writes by the caller's key, so that a repetition gets the same one. */
  answers: { suffix: 'answers', partitionKey: 'answerKey', expiryAttribute: 'expiresAt' },
  /** Progress: of shards, the timer sweep, model roll-outs and imports. `kind` groups them, `name` tells which. */
  checkpoints: { suffix: 'checkpoints', partitionKey: 'kind', sortKey: 'name' },
} as const satisfies Record<string, TableDefinition>;

const numericKeys: ReadonlySet<string> = new Set(['timerAt', 'ordinal', 'queuedAt']);

/** DynamoDB type of a key attribute: instants and ordinals are numbers, all others strings. */
export function keyAttributeType(attribute: string): 'S' | 'N' {
  return numericKeys.has(attribute) ? 'N' : 'S';
}

export type TableRole = keyof typeof tableDefinitions;

export type TableNames = Readonly<Record<TableRole, string>>;

/** @param prefix deployment prefix, for instance `tidemark`; the customers' table is then `tidemark-customers`. */
export function tableNames(prefix: string): TableNames {
  const entries = Object.entries(tableDefinitions).map(([role, table]) => [
    role,
    `${prefix}-${table.suffix}`,
  ]);
  return Object.fromEntries(entries) as TableNames;
}
