import { type AlertDelivery, type FiredAlert, firstDeliveries } from '../operators/alerts/fired-alert.ts';
import type { AlertStore, PublishedAlert } from './alert-store.ts';
import { boundedMap } from './bounded-map.ts';
import type { DayDirectory } from './day-directory.ts';
import { type Expiry, isExpired } from './expiry.ts';
import { feedOfPartition, type Walk, walkFeed } from './feed-index.ts';
import { checkFeedKey, type FeedOrder, feedKeyDay } from './feed-order.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { checkLimit } from './page-limit.ts';
import { feedStart, readFeedAfter, readFeedBefore } from './read-feed.ts';
import { onVersion, ruleTable } from './rule-table.ts';
import type { Item, TableAccess } from './table-access.ts';
import { type BatchRetry, getMany } from './table-batches.ts';
import { tableDefinitions } from './table-definitions.ts';

const writesAtOnce = 16;
const [feedIndex, ruleIndex, queueIndex] = tableDefinitions.alerting.indexes;
const deadQueue = 'dead';

type DeliveryKey = Pick<AlertDelivery, 'alertId' | 'targetId'>;

/** Rules, fired alerts and deliveries, in the table of alerting. */
export function alertTable(
  table: TableAccess,
  days: DayDirectory,
  order: FeedOrder,
  expiry: Expiry,
  retry?: BatchRetry,
): AlertStore {
  const live = (items: readonly Item[]) => items.filter((item) => !isExpired(item, expiry.nowMs()));
  const alert = async (id: string) => {
    const item = await table.get(alertKey(id));
    return item === undefined || isExpired(item, expiry.nowMs()) ? undefined : toAlert(item);
  };
  const putFirst = (delivery: AlertDelivery) =>
    table.put({ ...deliveryItem(delivery), ...expiry.attributes() }, onVersion(1));
  const walk = (walked: Walk) => walkFeed({ table, index: feedIndex, days, expiry }, walked);
  const feed = { order, expiry, read: walk };
  /** Few at a time, so that an alert lands soon after it has got its place in the feed. */
  const fireSome = async (alerts: readonly FiredAlert[]) => {
    const outcomes = await order.publish(
      alerts.map(({ id }) => id),
      async (feedKeys) => {
        for (const day of new Set(feedKeys.map(feedKeyDay))) await days.note(day);
        return boundedMap(alerts, writesAtOnce, (fired, position) =>
          table.put(
            { ...alertItem(fired, feedKeys[position] as string), ...expiry.attributes() },
            { expression: 'attribute_not_exists(#scope)', names: { '#scope': 'scope' } },
          ),
        );
      },
    );
    await boundedMap(alerts, writesAtOnce, async (fired, position) => {
      // What is recorded says where it goes: the rule may have been changed since.
      const recorded = outcomes[position] === 'written' ? fired : ((await alert(fired.id)) ?? fired);
      for (const delivery of firstDeliveries(recorded)) await putFirst(delivery);
    });
    return outcomes.filter((outcome) => outcome === 'written').length;
  };
  return {
    ...ruleTable(table),
    async fire(alerts) {
      let written = 0;
      for (let start = 0; start < alerts.length; start += writesAtOnce) {
        written += await fireSome(alerts.slice(start, start + writesAtOnce));
      }
      return written;
    },
    alert,
    async list({ limit, cursor, ruleId }) {
      const start = cursor === undefined ? undefined : checkFeedKey(cursor);
      const ofRule = (walked: Walk) => feedOfPartition({ table, index: ruleIndex }, ruleId as string, walked);
      const page = await readFeedBefore(
        ruleId === undefined ? feed : { ...feed, read: ofRule },
        start,
        checkLimit(limit),
      );
      return { items: page.items.map(toAlert), cursor: page.cursor };
    },
    async feedAfter(feedKey, limit) {
      const start = feedKey === undefined ? undefined : checkFeedKey(feedKey);
      return (await readFeedAfter(feed, start, checkLimit(limit))).map(toAlert);
    },
    feedStart: () => feedStart(feed),
    async deliveries(alerts) {
      const keys = alerts.flatMap(({ id, targets }) =>
        targets
          .filter(({ kind }) => kind !== 'stream')
          .map((target) => deliveryKey({ alertId: id, targetId: target.id })),
      );
      const found = new Map<string, AlertDelivery>();
      for (const item of await getMany(table, keys, retry)) {
        const delivery = toDelivery(item);
        found.set(`${delivery.alertId}\n${delivery.targetId}`, delivery);
      }
      return new Map(
        alerts.map(({ id, targets }) => [
          id,
          targets.flatMap((target) => found.get(`${id}\n${target.id}`) ?? []),
        ]),
      );
    },
    async delivery(key) {
      const item = await table.get(deliveryKey(key));
      return item === undefined || isExpired(item, expiry.nowMs()) ? undefined : toDelivery(item);
    },
    async putDelivery(delivery) {
      return table.put({ ...deliveryItem(delivery), ...expiry.attributes() }, onVersion(delivery.version));
    },
    async due(ruleId, untilMs, limit) {
      const { items } = await table.query({
        IndexName: queueIndex.name,
        KeyConditionExpression: '#queue = :queue AND #at <= :until',
        ExpressionAttributeNames: { '#queue': queueIndex.partitionKey, '#at': queueIndex.sortKey },
        ExpressionAttributeValues: { ':queue': queueOf(ruleId), ':until': untilMs },
        Limit: checkLimit(limit),
      });
      return items.map(keyOfItem);
    },
    async dead({ limit, cursor }) {
      const listing = 'dead-deliveries';
      const page = await table.query({
        IndexName: queueIndex.name,
        KeyConditionExpression: '#queue = :queue',
        ExpressionAttributeNames: { '#queue': queueIndex.partitionKey },
        ExpressionAttributeValues: { ':queue': deadQueue },
        ScanIndexForward: false,
        Limit: checkLimit(limit),
        ExclusiveStartKey: decodeCursor(cursor, listing, { queue: deadQueue }, ['queuedAt', 'scope', 'name']),
      });
      const keys = page.items.map(({ scope, name }) => ({ scope, name }));
      const found = new Map(
        (await getMany(table, keys, retry)).map((item) => [`${item.scope}\n${item.name}`, item]),
      );
      const items = keys.flatMap(({ scope, name }): Item[] => {
        const item = found.get(`${scope}\n${name}`);
        return item === undefined ? [] : [item];
      });
      return {
        // The index may still name one that has been asked for again since.
        items: live(items)
          .map(toDelivery)
          .filter(({ status }) => status === 'dead'),
        cursor: encodeCursor(listing, page.lastKey),
      };
    },
  };
}

function alertKey(id: string) {
  return { scope: `alert#${id}`, name: 'alert' };
}

function deliveryKey({ alertId, targetId }: DeliveryKey) {
  return { scope: `alert#${alertId}`, name: `delivery#${targetId}` };
}

function keyOfItem({ scope, name }: Item): DeliveryKey {
  return {
    alertId: (scope as string).slice('alert#'.length),
    targetId: (name as string).slice('delivery#'.length),
  };
}

function queueOf(ruleId: string): string {
  return `due#${ruleId}`;
}

function alertItem(alert: FiredAlert, feedKey: string): Item {
  return {
    ...alertKey(alert.id),
    feedDay: feedKeyDay(feedKey),
    feedKey,
    firedBy: alert.ruleId,
    body: JSON.stringify(alert),
  };
}

function toAlert(item: Item): PublishedAlert {
  return { ...(JSON.parse(item.body as string) as FiredAlert), feedKey: item.feedKey as string };
}

function deliveryItem(delivery: AlertDelivery): Item {
  const { status, dueAtMs, updatedAtMs, ruleId, version } = delivery;
  return {
    ...deliveryKey(delivery),
    version,
    body: JSON.stringify(delivery),
    ...(dueAtMs === undefined ? {} : { queue: queueOf(ruleId), queuedAt: dueAtMs }),
    ...(status === 'dead' ? { queue: deadQueue, queuedAt: updatedAtMs } : {}),
  };
}

function toDelivery(item: Item): AlertDelivery {
  return JSON.parse(item.body as string) as AlertDelivery;
}
