import { z } from 'zod';
import { booleanText, listText, mapText, numberText } from './context-values.ts';

const awsRegion = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-west-1');
/**
 * Hours, the longest limit of age an event source takes; beyond that there is none.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
 */
const recordAgeHoursLimit = 168;
const logRetentionChoices = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827];

/**
 * Every context value a deployment can set (`-c name=value`, or `context` in cdk.json), its default and its range.
 * Only the token issuer and the audience have no default.
 */
const settingsSchema = z.strictObject({
  /** Begins every physical name; also the prefix of the tables. */
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,29}$/, 'must be 2 to 30 lower-case letters, digits and hyphens')
    .default('tidemark'),
  /** AWS account, 12 digits. Left out, the CLI's credentials decide at deployment. */
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be 12 digits')
    .optional(),
  region: awsRegion.optional(),
  /** What runs the chain: a Lambda event source, or Amazon's KCL on Fargate. */
  host: z.enum(['lambda', 'kcl']).default('lambda'),

  /** Shards of a provisioned stream; 0 takes on-demand capacity. */
  shards: numberText(z.number().int().min(0).max(500)).default(0),
  /** Days the stream keeps its records: the longest outage without loss. */
  streamRetentionDays: numberText(z.number().int().min(1).max(365)).default(7),
  /** Where a consumer that has no position starts. */
  startingPosition: z
    .union([
      z.enum(['TRIM_HORIZON', 'LATEST']),
      z.iso.datetime({ error: 'must be TRIM_HORIZON, LATEST or a UTC instant' }),
    ])
    .default('TRIM_HORIZON'),
  /** Lambda batches of one shard that run at once; order is kept per partition key. */
  parallelizationFactor: numberText(z.number().int().min(1).max(10)).default(4),
  batchRecords: numberText(z.number().int().min(1).max(10_000)).default(500),
  /** Wait for a batch to fill, seconds. Longer windows coalesce more events into one write. */
  batchingWindowSeconds: numberText(z.number().int().min(0).max(300)).default(1),
  /** Tries of a failing batch after the first, before it is named in the failure queue. */
  retryAttempts: numberText(z.number().int().min(0).max(10_000)).default(1_000),
  /**
   * Age at which a record is named in the failure queue instead of being handed over, be it for the first time, hours.
   * Left out, what the stream still holds is handed over; see `recordAgeHours`.
   */
  recordAgeHoursMax: numberText(z.number().int().min(1).max(recordAgeHoursLimit)).optional(),

  /** `customer`: a key of this deployment for the tables; `aws`: DynamoDB's key in the account. */
  tableKey: z.enum(['customer', 'aws']).default('customer'),
  /** False uses tables of these names that are there already: replicas, or restored ones. */
  ownTables: booleanText.default(true),
  /** For `tableKey` customer and tables that are there already: their key. */
  tableKeyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:/, 'must be the ARN of a KMS key')
    .optional(),
  /** Regions that hold a replica of every table. Needs `region`. */
  replicaRegions: listText(awsRegion).default([]),
  /** For `tableKey` customer: the key in each replica's region, as `eu-west-1=arn:…,us-east-1=arn:…`. */
  replicaKeyArns: mapText(z.string().regex(/^arn:aws[a-z-]*:kms:/, 'must be the ARN of a KMS key')).default(
    {},
  ),
  /** False lets a deletion of the stacks delete tables, stream and keys: for trials only. */
  retainData: booleanText.default(true),

  /** Whoever signs the callers' tokens; API Gateway reads its `.well-known/openid-configuration`. */
  jwtIssuer: z.url({ protocol: /^https$/, error: 'must be an https URL' }),
  /** Audiences a token may be for. */
  jwtAudience: listText(z.string().min(1), 'must name an audience').refine(
    (list) => list.length > 0,
    'must name an audience',
  ),
  /** Claim of a token that grants `read`, `write` or `admin`, and what stands before them there, for instance `tidemark/`. */
  jwtScopeClaim: z.enum(['scope', 'scp', 'permissions']).default('scope'),
  jwtScopePrefix: z.string().max(200).default(''),
  /** Requests a second over all callers, and the burst above it. */
  apiRate: numberText(z.number().int().min(1).max(10_000)).default(200),
  apiBurst: numberText(z.number().int().min(1).max(5_000)).default(400),

  /** ISO 4217 code all money is reported in; never change it on a deployment that holds data. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as GBP')
    .default('GBP'),
  /** Worth of other currencies in the reporting one, for instance `EUR=0.86,USD=0.79`. */
  rates: z
    .string()
    .regex(/^([A-Z]{3}=\d+(\.\d+)?(,[A-Z]{3}=\d+(\.\d+)?)*)?$/, 'must look like EUR=0.86,USD=0.79')
    .default(''),

  /** Customers from which on the first models are fitted by themselves. */
  fitCustomersMin: numberText(z.number().int().min(8)).default(500),
  /** Days between refits; 0 fits once. */
  refitDays: numberText(z.number().min(0).max(3_650)).default(56),
  /** False keeps no purchase history: one write an event less, and no `/purchases`. */
  purchaseHistory: booleanText.default(true),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),

  /** SNS topics that alert rules may deliver to. A topic with a key of its own has to let the function use it. */
  alertTopicArns: listText(
    z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/, 'must be the ARN of an SNS topic'),
  ).default([]),
  /** Buses of EventBridge that alert rules may deliver to. */
  alertBusArns: listText(
    z
      .string()
      .regex(
        /^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]+$/,
        'must be the ARN of an event bus',
      ),
  ).default([]),

  /** Gets a mail for each alarm, once it has confirmed. */
  alarmEmail: z.email('must be a mail address').optional(),
  logRetentionDays: numberText(
    z
      .number()
      .refine(
        (days) => logRetentionChoices.includes(days),
        `must be one of ${logRetentionChoices.join(', ')}`,
      ),
  ).default(30),
  /** X-Ray traces of the functions. */
  tracing: booleanText.default(false),

  /** ECR repository and tag of the KCL image, built from infra/kcl/Dockerfile. Needed by `host` kcl. */
  kclRepository: z
    .string()
    .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, 'must be the name of an ECR repository')
    .optional(),
  kclTag: z
    .string()
    .regex(/^[\w][\w.-]{0,127}$/, 'must be an image tag')
    .optional(),
  kclWorkers: numberText(z.number().int().min(1).max(100)).default(2),
});

export type DeploymentSettings = Readonly<z.output<typeof settingsSchema>>;

/**
 * Age at which the event source gives a record up, hours: what was set, else the stream's retention. Undefined, without
 * limit, when the stream keeps its records for longer than any limit can be.
 */
export function recordAgeHours({
  recordAgeHoursMax,
  streamRetentionDays,
}: Pick<DeploymentSettings, 'recordAgeHoursMax' | 'streamRetentionDays'>): number | undefined {
  if (recordAgeHoursMax !== undefined) return recordAgeHoursMax;
  const retentionHours = streamRetentionDays * 24;
  return retentionHours > recordAgeHoursLimit ? undefined : retentionHours;
}

/** Refused context: `problems` has one sentence for each thing wrong with it. */
export class ContextError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The context can't be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ContextError';
    this.problems = problems;
  }
}

/**
 * Reads the deployment's settings out of the CDK context. Keys with a colon or slash are CDK's own and left alone.
 * @param nowMs wall clock, UTC milliseconds: a start may be too old
 * @throws ContextError that names every problem at once, unknown keys among them.
 */
export function readDeploymentSettings(
  context: Readonly<Record<string, unknown>>,
  nowMs: number = Date.now(),
): DeploymentSettings {
  const own = Object.fromEntries(Object.entries(context).filter(([key]) => !/[:/]/.test(key)));
  const parsed = settingsSchema.safeParse(own);
  const problems = (parsed.error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key} is no setting; did you mean ${nearestName(key)}?`)
      : [`${issue.path.join('.')}: ${issue.message}${given(own[String(issue.path[0])])}`],
  );
  const readable = parsed.success ? parsed.data : readableSettings(own);
  problems.push(...conflicts(readable), ...ageConflicts(readable, nowMs));
  if (!parsed.success || problems.length > 0) throw new ContextError(problems);
  return parsed.data;
}

/** Those settings that are good by themselves, so that what they mean together is told in the same go. */
function readableSettings(own: Readonly<Record<string, unknown>>): Partial<DeploymentSettings> {
  const readable = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(own[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(readable);
}

/** What single settings can't tell: one sentence for each pair that does not go together. */
function conflicts(settings: Partial<DeploymentSettings>): string[] {
  const { region, replicaRegions = [], replicaKeyArns, tableKey, host } = settings;
  const problems: string[] = [];
  if (replicaRegions.length > 0 && region === undefined) {
    problems.push('region: is needed with replicaRegions');
  }
  if (region !== undefined && replicaRegions.includes(region)) {
    problems.push(`replicaRegions: must not hold the deployment's own region ${region}`);
  }
  if (new Set(replicaRegions).size < replicaRegions.length) {
    problems.push('replicaRegions: must not hold a region twice');
  }
  if (tableKey === 'customer' && replicaKeyArns !== undefined) {
    const missing = replicaRegions.filter((replica) => replicaKeyArns[replica] === undefined);
    if (missing.length > 0) {
      problems.push(`replicaKeyArns: lacks the key of ${missing.join(', ')} (or take tableKey=aws)`);
    }
  }
  if (settings.ownTables === false) {
    if (replicaRegions.length > 0) {
      problems.push(
        'replicaRegions: belong to the deployment that owns the tables, not with ownTables=false',
      );
    }
    if (tableKey === 'customer' && settings.tableKeyArn === undefined) {
      problems.push('tableKeyArn: is needed with ownTables=false (or take tableKey=aws)');
    }
  }
  if (settings.ownTables !== false && settings.tableKeyArn !== undefined) {
    problems.push('tableKeyArn: only with ownTables=false; tables of this deployment have its own key');
  }
  const strangers = Object.keys(replicaKeyArns ?? {}).filter((replica) => !replicaRegions.includes(replica));
  if (strangers.length > 0) {
    problems.push(`replicaKeyArns: names ${strangers.join(', ')}, not among replicaRegions`);
  }
  for (const name of ['kclRepository', 'kclTag'] as const) {
    if (host === 'kcl' && settings[name] === undefined) problems.push(`${name}: is needed with host=kcl`);
  }
  return problems;
}

/** A limit of age that the stream's own retention comes before, or that comes before the start. */
function ageConflicts(
  { host, recordAgeHoursMax, streamRetentionDays, startingPosition = '' }: Partial<DeploymentSettings>,
  nowMs: number,
): string[] {
  if (recordAgeHoursMax === undefined || streamRetentionDays === undefined) return [];
  const retentionHours = streamRetentionDays * 24;
  if (recordAgeHoursMax > retentionHours) {
    return ['recordAgeHoursMax: must not be longer than streamRetentionDays'];
  }
  const startAgeHours = (nowMs - Date.parse(startingPosition)) / 3_600_000;
  // A limit as long as the retention gives up nothing that could still be read.
  const givesUp = recordAgeHoursMax < retentionHours && startAgeHours > recordAgeHoursMax;
  if (host !== 'lambda' || !givesUp) return [];
  return [
    `startingPosition: ${startingPosition} is ${Math.ceil(startAgeHours)} hours ago, but records older than recordAgeHoursMax=` +
      `${recordAgeHoursMax} go to the failure queue unread; take a later start, or leave recordAgeHoursMax out`,
  ];
}

function given(value: unknown): string {
  return value === undefined ? '; nothing was given' : `, got ${JSON.stringify(value)}`;
}

/** The setting whose name shares the longest beginning with what was given; among equals the first. */
function nearestName(key: string): string {
  const shared = (name: string) => {
    let length = 0;
    while (length < name.length && name[length]?.toLowerCase() === key[length]?.toLowerCase()) length += 1;
    return length;
  };
  return Object.keys(settingsSchema.shape).reduce((best, name) =>
    shared(name) > shared(best) ? name : best,
  );
}
