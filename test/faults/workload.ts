import { decodeDocument } from '../../operators/event/decode-event.ts';
import { encodeDocument, type PurchaseDocument } from '../../operators/event/event-document.ts';
import { hash48 } from '../../operators/event/event-hash.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { aggregateRecords, type UserRecord } from '../../sinks/kinesis-aggregation.ts';
import { bytesKey } from './observer.ts';
import type { World } from './world.ts';

export interface Burst {
  /** Days that pass before it. */
  readonly afterDays: number;
  /** What is put, in this order. */
  readonly records: readonly UserRecord[];
  /** Event time of the newest event up to and with this burst. */
  readonly newestMs: number;
}

export interface Workload {
  /** Every distinct event, by customer in order of time. */
  readonly events: ReadonlyMap<string, readonly PurchaseEvent[]>;
  readonly bursts: readonly Burst[];
}

export interface WorkloadOptions {
  /** True: each customer's events come in order of time, each under the customer's own key. */
  readonly inOrder: boolean;
  readonly firstMs: number;
  /** True to pack records into aggregated ones here; false where the producer does, since nobody opens them twice. */
  readonly packs: boolean;
}

/** Draws customers and their purchases, and in which order, how often and packed into what they come. */
export function createWorkload(world: World, options: WorkloadOptions): Workload {
  const { random, plan } = world;
  const customers = Array.from({ length: random.int(3, 8) }, (_, index) => `c-${index + 1}`);
  const byCustomer = new Map<string, PurchaseEvent[]>();
  const burstCount = random.int(2, 4);
  const eventCount = random.int(20, 60);
  const daysMax = random.pick([3, 20, 60, 150]);
  const bursts: Burst[] = [];
  let late: UserRecord[] = [];
  let fromMs = options.firstMs;
  let eventNumber = 0;
  const sent: UserRecord[] = [];
  for (let burst = 0; burst < burstCount; burst += 1) {
    const afterDays = random.int(1, daysMax);
    const toMs = fromMs + afterDays * msPerDay;
    const share = Math.ceil(eventCount / burstCount);
    const times = new Set<number>();
    while (times.size < share) times.add(random.int(fromMs + 1, toMs));
    const now: UserRecord[] = [];
    const later: UserRecord[] = [];
    for (const atMs of [...times].sort((a, b) => a - b)) {
      eventNumber += 1;
      // A few customers do most of the buying.
      const customerId = customers[Math.floor(random.next() ** 2 * customers.length)] as string;
      const document = purchaseOf(world, customerId, `e-${eventNumber}`, atMs);
      const record = { partitionKey: customerId, data: encodeDocument(document) };
      const event = register(world, document, record);
      byCustomer.set(customerId, [...(byCustomer.get(customerId) ?? []), event]);
      if (!options.inOrder && random.chance(0.08) && burst + 1 < burstCount) {
        later.push(record);
        plan.injected('late-event', `e-${eventNumber} of ${customerId}`);
      } else {
        now.push(record);
      }
      sent.push(record);
    }
    const records = [...now, ...late];
    late = later;
    bursts.push({
      afterDays,
      records: options.inOrder ? records : disorder(world, records, sent, options.packs),
      newestMs: toMs,
    });
    fromMs = toMs;
  }
  return {
    events: byCustomer,
    bursts: bursts.map((burst) => ({ ...burst, records: poisoned(world, burst.records, options.packs) })),
  };
}

function purchaseOf({ random }: World, customerId: string, id: string, atMs: number): PurchaseDocument {
  const items = Array.from({ length: random.int(1, 2) }, () => ({
    productId: `p-${random.int(1, 6)}`,
    ...(random.chance(0.5) ? { category: `k-${random.int(1, 3)}` } : {}),
    quantity: random.chance(0.12) ? -1 : random.int(1, 4),
    unitPrice: random.pick([2.5, 10, 80, 400]),
  }));
  return {
    v: 1,
    type: 'purchase',
    eventId: id,
    customerId,
    orderId: `order of ${id}`,
    occurredAt: new Date(atMs).toISOString(),
    currency: 'GBP',
    items,
  };
}

function register(world: World, document: PurchaseDocument, record: UserRecord): PurchaseEvent {
  const decoded = decodeDocument(document, Date.parse(document.occurredAt), world.decode);
  if (decoded.kind !== 'event') throw new Error('the workload made an event that does not decode');
  const hash = hash48(document.eventId);
  world.observer.meanings.set(bytesKey(record.data), {
    kind: 'event',
    customerId: document.customerId,
    hash,
    orderKey: `${document.occurredAt}#${hash.toString(16).padStart(12, '0')}`,
  });
  return decoded.event;
}

/** Mixes the order up, sends some again, and packs some into records that belong to another customer. */
function disorder(
  world: World,
  records: readonly UserRecord[],
  sent: readonly UserRecord[],
  packs: boolean,
): UserRecord[] {
  const { random, plan } = world;
  const mixed = random.chance(0.5) ? random.shuffle(records) : [...records];
  const again = Array.from({ length: random.int(0, 6) }, () => random.pick(sent));
  for (const record of again) {
    plan.injected('duplicate-event', record.partitionKey);
    // Under another key it comes on another shard.
    const partitionKey = random.chance(0.2) ? `elsewhere-${random.int(1, 9)}` : record.partitionKey;
    mixed.splice(random.int(0, mixed.length), 0, { ...record, partitionKey });
  }
  if (!packs || random.chance(0.5)) return mixed;
  const packed: UserRecord[] = [];
  for (let at = 0; at < mixed.length; ) {
    const size = random.chance(0.3) ? random.int(2, 4) : 1;
    const part = mixed.slice(at, at + size);
    at += part.length;
    if (part.length === 1) packed.push(part[0] as UserRecord);
    else {
      plan.injected('aggregated-elsewhere', part.map(({ partitionKey }) => partitionKey).join(' '));
      packed.push({ partitionKey: `packed-${random.int(1, 9)}`, data: aggregateRecords(part).data });
    }
  }
  return packed;
}

/** Puts records that can't be used between the others. */
function poisoned(world: World, records: readonly UserRecord[], packs: boolean): UserRecord[] {
  const { random, plan, observer } = world;
  const mixed = [...records];
  for (let count = random.int(0, 3); count > 0; count -= 1) {
    const data = poisonOf(world, `poison-${observer.meanings.size}`);
    observer.meanings.set(bytesKey(data), { kind: 'poison' });
    plan.injected('poison', '');
    const partitionKey = `c-${random.int(1, 8)}`;
    const inside = packs && random.chance(0.3);
    const at = random.int(0, mixed.length);
    const neighbour = mixed[at];
    // Bytes that stand for an aggregated record can't be packed again.
    if (inside && neighbour && observer.meanings.has(bytesKey(neighbour.data))) {
      mixed[at] = {
        partitionKey: neighbour.partitionKey,
        data: aggregateRecords([neighbour, { partitionKey, data }]).data,
      };
    } else {
      mixed.splice(at, 0, { partitionKey, data });
    }
  }
  return mixed;
}

function poisonOf({ random }: World, name: string): Uint8Array {
  const text = new TextEncoder();
  switch (random.int(1, 5)) {
    case 1:
      return text.encode(`{ ${name}`);
    case 2:
      return text.encode(JSON.stringify({ v: 1, type: 'purchase', eventId: name }));
    case 3:
      return text.encode(JSON.stringify({ v: 9, type: 'purchase', eventId: name }));
    case 4: {
      const damaged = aggregateRecords([{ partitionKey: name, data: text.encode(name) }]).data.slice();
      damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
      return damaged;
    }
    default:
      return Uint8Array.from([0xff, 0xfe, ...text.encode(name)]);
  }
}
