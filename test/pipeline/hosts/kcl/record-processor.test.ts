import { describe, expect, test } from 'vitest';
import { DependencyError, ThrottledError } from '../../../../operators/errors.ts';
import { daemonRecord, initialize, processRecords, startDaemonDouble } from './daemon-double.ts';

const shard = initialize.shardId;

describe('a record processor', () => {
  test('takes up its shard, and acknowledges a batch after it is committed and then checkpointed', async () => {
    const daemon = startDaemonDouble();
    const ended = await daemon.play(
      initialize,
      processRecords(daemonRecord(11), daemonRecord(12, { subSequenceNumber: 3 })),
    );
    expect(ended).toBe('closed');
    expect(daemon.events).toEqual([
      `open ${shard}`,
      'status initialize',
      'process 2',
      'committed',
      'checkpoint 12/3',
      'status processRecords',
    ]);
  });

  test('hands over bytes, positions, keys and lag as the daemon gave them', async () => {
    const daemon = startDaemonDouble();
    const record = daemonRecord(7, { partitionKey: 'c-é', data: 'AP/+' });
    await daemon.play(initialize, { ...processRecords(record), millisBehindLatest: 1_500 });
    expect(daemon.batches).toEqual([
      {
        shardId: shard,
        records: [
          {
            sequenceNumber: '7',
            subSequence: 0,
            partitionKey: 'c-é',
            data: Buffer.from([0, 255, 254]),
            arrivedAtMs: 1_700_000_000_000,
          },
        ],
        behindMs: 1_500,
        atTip: false,
        shardEnded: false,
      },
    ]);
  });

  test('neither processes nor checkpoints an empty batch', async () => {
    const daemon = startDaemonDouble();
    await daemon.play(initialize, processRecords());
    expect(daemon.events.slice(2)).toEqual(['status processRecords']);
  });

  test('tries a batch again in place for as long as that can help, while the daemon waits', async () => {
    let failures = 2;
    const daemon = startDaemonDouble({
      worker: {
        async process() {
          if (failures-- > 0) throw new ThrottledError('throttled', 'slow down', { retryable: true });
        },
      },
    });
    await daemon.play(initialize, processRecords(daemonRecord(1)));
    expect(daemon.events.slice(2)).toEqual([
      'process 1',
      'process 1',
      'process 1',
      'committed',
      'checkpoint 1/0',
      'status processRecords',
    ]);
  });

  test('ends without a checkpoint and without a status when trying again can’t help', async () => {
    const daemon = startDaemonDouble({
      worker: {
        async process() {
          throw new DependencyError('customer-too-large', 'does not fit');
        },
      },
    });
    await expect(daemon.play(initialize, processRecords(daemonRecord(1)))).rejects.toThrow('does not fit');
    expect(daemon.events.slice(2)).toEqual(['process 1']);
  });

  test('ends the same way on an error nobody foresaw', async () => {
    const daemon = startDaemonDouble({
      worker: {
        async process() {
          throw new TypeError('x is undefined');
        },
      },
    });
    await expect(daemon.play(initialize, processRecords(daemonRecord(1)))).rejects.toThrow(TypeError);
    expect(daemon.events).not.toContain('status processRecords');
  });

  test('stores the end of a shard before it has the lease checkpointed there, without a position', async () => {
    const daemon = startDaemonDouble();
    await daemon.play(initialize, processRecords(daemonRecord(1)), { action: 'shardEnded' });
    expect(daemon.events.slice(-4)).toEqual([
      'process end',
      'committed',
      'checkpoint null/null',
      'status shardEnded',
    ]);
    expect(daemon.batches.at(-1)).toMatchObject({ shardEnded: true, records: [] });
  });

  test('does not acknowledge the end of a shard that could not be checkpointed', async () => {
    const daemon = startDaemonDouble({
      checkpointErrors: ['ThrottlingException', 'ThrottlingException'],
      checkpointAttemptsMax: 2,
    });
    await expect(daemon.play(initialize, { action: 'shardEnded' })).rejects.toMatchObject({
      code: 'kcl-checkpoint',
    });
    expect(daemon.events.slice(-2)).toEqual(['checkpoint null/null', 'checkpoint null/null']);
  });

  test('checkpoints nothing when the lease is lost', async () => {
    const daemon = startDaemonDouble();
    const ended = await daemon.play(initialize, { action: 'leaseLost' });
    expect(ended).toBe('closed');
    expect(daemon.events).toEqual([`open ${shard}`, 'status initialize', 'status leaseLost']);
  });

  test('has nothing left to checkpoint at a requested shutdown', async () => {
    const daemon = startDaemonDouble();
    await daemon.play(initialize, processRecords(daemonRecord(1)), { action: 'shutdownRequested' });
    expect(daemon.events.slice(-2)).toEqual(['status processRecords', 'status shutdownRequested']);
  });

  test('ends quietly when its stdin is closed between messages', async () => {
    const daemon = startDaemonDouble();
    expect(await daemon.play()).toBe('closed');
  });

  test('writes nothing more when its stdin is closed while a batch is in hand', async () => {
    const daemon = startDaemonDouble({
      worker: {
        async process() {
          daemon.close();
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
    });
    expect(await daemon.play(initialize, processRecords(daemonRecord(1)))).toBe('cut-off');
    expect(daemon.events.slice(2)).toEqual(['process 1', 'committed']);
  });

  test('gives up waiting for a mended outage when its stdin is closed', async () => {
    const daemon = startDaemonDouble({
      worker: {
        async process() {
          setImmediate(() => daemon.close());
          throw new DependencyError('unreachable', 'no route', { retryable: true });
        },
      },
    });
    expect(await daemon.play(initialize, processRecords(daemonRecord(1)))).toBe('cut-off');
    expect(daemon.events.slice(2)).toEqual(['process 1']);
  });
});

describe('a checkpoint', () => {
  test('is asked for again with growing waits when the lease table is throttled', async () => {
    const daemon = startDaemonDouble({
      checkpointErrors: ['ThrottlingException', 'KinesisClientLibDependencyException'],
    });
    await daemon.play(initialize, processRecords(daemonRecord(5)));
    expect(daemon.events.filter((event) => event === 'checkpoint 5/0')).toHaveLength(3);
    expect(daemon.pauses).toEqual([100, 200]);
    expect(daemon.events.at(-1)).toBe('status processRecords');
  });

  test('left behind after its last attempt is made good by the next batch', async () => {
    const daemon = startDaemonDouble({ checkpointErrors: ['ThrottlingException'], checkpointAttemptsMax: 1 });
    await daemon.play(initialize, processRecords(daemonRecord(5)), processRecords(daemonRecord(6)));
    expect(daemon.events.filter((event) => event.startsWith('checkpoint'))).toEqual([
      'checkpoint 5/0',
      'checkpoint 6/0',
    ]);
  });

  test('left behind is made good at a requested shutdown', async () => {
    const daemon = startDaemonDouble({ checkpointErrors: ['ThrottlingException'], checkpointAttemptsMax: 1 });
    await daemon.play(initialize, processRecords(daemonRecord(5)), { action: 'shutdownRequested' });
    expect(daemon.events.slice(-2)).toEqual(['checkpoint 5/0', 'status shutdownRequested']);
  });

  test('refused because the lease is another’s: goes on quietly, and leaves what follows to the other', async () => {
    const daemon = startDaemonDouble({ checkpointErrors: ['ShutdownException'] });
    const ended = await daemon.play(
      initialize,
      processRecords(daemonRecord(5)),
      processRecords(daemonRecord(6)),
      { action: 'shutdownRequested' },
      { action: 'leaseLost' },
    );
    expect(ended).toBe('closed');
    expect(daemon.events.slice(2)).toEqual([
      'process 1',
      'committed',
      'checkpoint 5/0',
      'status processRecords',
      'status processRecords',
      'status shutdownRequested',
      'status leaseLost',
    ]);
  });

  test.each(['InvalidStateException', 'IllegalArgumentException', 'NullPointerException'])(
    'refused with %s ends the processor without a status',
    async (error) => {
      const daemon = startDaemonDouble({ checkpointErrors: [error] });
      await expect(daemon.play(initialize, processRecords(daemonRecord(5)))).rejects.toMatchObject({
        code: 'kcl-checkpoint',
        context: { error },
      });
      expect(daemon.events).not.toContain('status processRecords');
    },
  );

  test('whose answer does not come because the daemon is gone is no failure of ours', async () => {
    const daemon = startDaemonDouble({ checkpointErrors: ['gone'] });
    expect(await daemon.play(initialize, processRecords(daemonRecord(5)))).toBe('cut-off');
    expect(daemon.events.at(-1)).toBe('checkpoint 5/0');
  });
});

describe('the protocol', () => {
  const breaches: readonly [string, readonly object[]][] = [
    ['a batch before the shard is named', [processRecords(daemonRecord(1))]],
    ['a shard named twice', [initialize, initialize]],
    ['a batch after the shard has ended', [initialize, { action: 'shardEnded' }, processRecords()]],
    ['an answer to a checkpoint nobody asked for', [initialize, { action: 'checkpoint' }]],
    ['an action it does not know', [initialize, { action: 'shutdown', reason: 'ZOMBIE' }]],
    ['data that is not base64', [initialize, processRecords(daemonRecord(1, { data: 'a$b=' }))]],
  ];

  test.each(breaches)('ends the processor on %s', async (_, messages) => {
    const daemon = startDaemonDouble();
    await expect(daemon.play(...messages)).rejects.toMatchObject({ code: 'kcl-protocol', retryable: false });
  });

  test('ends the processor on another message in place of the answer to a checkpoint', async () => {
    const daemon = startDaemonDouble({
      worker: {
        async process() {
          daemon.say({ action: 'leaseLost' });
        },
      },
    });
    await expect(daemon.play(initialize, processRecords(daemonRecord(1)))).rejects.toThrow(
      'leaseLost came in place of the answer',
    );
  });
});
