import type {
  BatchGetCommandInput,
  BatchWriteCommandInput,
  DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { ThrottledError } from '../../operators/errors.ts';
import { type Item, TableAccess } from '../../sinks/table-access.ts';
import { getMany, putMany } from '../../sinks/table-batches.ts';
import { WriteMeter } from '../../sinks/write-meter.ts';

const retry = { attemptsMax: 3, baseDelayMs: 0, delayMsMax: 0 };
const keys = (count: number): Item[] => Array.from({ length: count }, (_, index) => ({ id: `k${index}` }));

/** A service that does at most `perCall(call number)` of what a call asks for. */
function reluctant(perCall: (call: number) => number) {
  const calls: number[] = [];
  const written: Item[] = [];
  let atOnce = 0;
  let atOnceMax = 0;
  const send = async (command: { input: BatchGetCommandInput & BatchWriteCommandInput }) => {
    const asked = command.input.RequestItems?.table as { Keys?: Item[] } & { PutRequest: { Item: Item } }[];
    const done = perCall(calls.length);
    calls.push(asked.Keys?.length ?? asked.length);
    atOnceMax = Math.max(atOnceMax, ++atOnce);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    atOnce -= 1;
    if (asked.Keys) {
      const left = asked.Keys.slice(done);
      return {
        Responses: { table: asked.Keys.slice(0, done) },
        UnprocessedKeys: left.length === 0 ? {} : { table: { Keys: left } },
        ConsumedCapacity: [{ CapacityUnits: 2 }],
      };
    }
    written.push(...asked.slice(0, done).map((request) => request.PutRequest.Item));
    const left = asked.slice(done);
    return { UnprocessedItems: left.length === 0 ? {} : { table: left } };
  };
  const meter = new WriteMeter();
  const dynamo = { send } as unknown as DynamoDBDocumentClient;
  const access = new TableAccess(dynamo, 'table', 'customers', meter);
  return { access, calls, written, meter, atOnceMax: () => atOnceMax };
}

describe('batches', () => {
  test('keys are read 100 a call and items written 25 a call, with few calls at once', async () => {
    const service = reluctant(() => 100);
    expect(await getMany(service.access, keys(1_201), retry)).toHaveLength(1_201);
    expect(service.calls).toEqual([...Array.from({ length: 12 }, () => 100), 1]);
    await putMany(service.access, keys(26), retry);
    expect(service.calls.slice(13)).toEqual([25, 1]);
    expect(service.atOnceMax()).toBe(8);
    expect(service.meter.usage().customers).toMatchObject({
      requests: 15,
      itemsRead: 1_201,
      itemsWritten: 26,
      readUnits: 26,
    });
  });

  test('what a call leaves undone is asked for again, until all is done, however slowly', async () => {
    const service = reluctant((call) => (call % 3 === 0 ? 0 : 1));
    const found = await getMany(service.access, keys(20), retry);
    expect(found).toEqual(keys(20));
    const writes = reluctant((call) => (call % 3 === 0 ? 0 : 1));
    await putMany(writes.access, keys(20), retry);
    expect(writes.written).toEqual(keys(20));
    expect(writes.meter.usage().customers.itemsWritten).toBe(20);
  });

  test('a service that does nothing is given up after the stated number of rounds', async () => {
    for (const operation of [getMany, putMany]) {
      const service = reluctant(() => 0);
      const attempt = operation(service.access, keys(3), retry);
      await expect(attempt).rejects.toBeInstanceOf(ThrottledError);
      await expect(attempt).rejects.toMatchObject({ retryable: true, context: { table: 'table', left: 3 } });
      expect(service.calls).toHaveLength(3);
    }
  });

  test('nothing asked for takes no call', async () => {
    const service = reluctant(() => 0);
    expect(await getMany(service.access, [], retry)).toEqual([]);
    await putMany(service.access, [], retry);
    expect(service.calls).toEqual([]);
  });
});
