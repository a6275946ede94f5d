/** Where an application that has no leases yet starts to read. */
export type InitialPosition = 'TRIM_HORIZON' | 'LATEST' | { readonly atMs: number };

export interface DaemonOptions {
  /** Names the application, and with it its lease table: workers of one name share the stream. */
  readonly application: string;
  readonly stream: string;
  readonly region: string;
  /** The processor's command; words are separated by blanks, so none may hold one. */
  readonly command: readonly string[];
  /** Only for an application without leases; others go on from their checkpoints. */
  readonly start: InitialPosition;
  /** `polling`: shared reads. `fanout`: 2 MB/s a shard of its own, for a price a consumer-shard-hour. */
  readonly retrieval: 'polling' | 'fanout';
  /** Records of one read, 1..10,000. */
  readonly recordsMax: number;
  /** After which a worker that does not renew its leases has lost them, ms. */
  readonly failoverMs: number;
  /** For a worker under a name that logs show; default a random one. */
  readonly worker?: string;
  /** Further properties, or other values of these. */
  readonly others?: Readonly<Record<string, string>>;
}

/**
 * The properties file of Amazon's MultiLangDaemon (KCL 3) for this pipeline.
 *
 * `skipShardSyncAtWorkerInitializationIfLeasesExist` is not about speed here. Without it KCL looks at each user record
 * of an aggregated one, and as soon as one hashes outside the shard's range it drops all of the aggregated record: it
 * takes it for a copy that another shard holds as well. That holds for Amazon's own producer, which sends such records
 * again after a reshard; of any other it loses events. With it, KCL does not look at ranges, and what did come twice is
 * recognised by the events' ids. New shards are found all the same: by the shard's end, and by the leader's audit.
 *
 * `timeoutInSeconds` must stay unset: the daemon would halt a processor that waits out an outage.
 * @see https://github.com/awslabs/amazon-kinesis-client ProcessTask, AggregatorUtil, MultiLangDaemonConfiguration (3.1.3)
 */
export function daemonProperties(options: DaemonOptions): string {
  const spaced = options.command.find((word) => /\s/.test(word));
  if (spaced !== undefined) throw new RangeError(`the daemon takes words apart at blanks: "${spaced}"`);
  const properties: Record<string, string> = {
    executableName: options.command.join(' '),
    applicationName: options.application,
    streamName: options.stream,
    regionName: options.region,
    processingLanguage: 'nodejs',
    AwsCredentialsProvider: 'DefaultCredentialsProvider',
    ...startProperty(options.start),
    retrievalMode: options.retrieval === 'polling' ? 'POLLING' : 'FANOUT',
    ...(options.retrieval === 'polling' ? { maxRecords: String(options.recordsMax) } : {}),
    failoverTimeMillis: String(options.failoverMs),
    skipShardSyncAtWorkerInitializationIfLeasesExist: 'true',
    validateSequenceNumberBeforeCheckpointing: 'false',
    callProcessRecordsEvenForEmptyRecordList: 'false',
    // Processors get their last checkpoints in before the container is killed, which ECS does after 30 s by default.
    shutdownGraceMillis: '20000',
    ...(options.worker === undefined ? {} : { workerId: options.worker }),
    ...options.others,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name} = ${escaped(value)}\n`)
    .join('');
}

function startProperty(start: InitialPosition): Record<string, string> {
  if (typeof start === 'string') return { initialPositionInStream: start };
  return { initialPositionInStreamExtended: String(Math.floor(start.atMs / 1000)) };
}

/** As a Java properties file wants it: backslashes and what is not ASCII escaped. */
function escaped(value: string): string {
  return value.replace(/[^ -[\]-~]/g, (unit) =>
    unit === '\\' ? '\\\\' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
