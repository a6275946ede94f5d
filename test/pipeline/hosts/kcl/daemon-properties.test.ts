import { describe, expect, test } from 'vitest';
import { type DaemonOptions, daemonProperties } from '../../../../pipeline/hosts/kcl/daemon-properties.ts';

const options: DaemonOptions = {
  application: 'tidemark',
  stream: 'purchases',
  region: 'eu-west-1',
  command: ['node', '/app/kcl-processor.js'],
  start: 'TRIM_HORIZON',
  retrieval: 'polling',
  recordsMax: 2_000,
  failoverMs: 10_000,
};

function lines(changes: Partial<DaemonOptions> = {}): string[] {
  return daemonProperties({ ...options, ...changes })
    .trimEnd()
    .split('\n');
}

describe('the properties of the daemon', () => {
  test('name the processor, the application and the stream', () => {
    expect(lines()).toEqual(
      expect.arrayContaining([
        'executableName = node /app/kcl-processor.js',
        'applicationName = tidemark',
        'streamName = purchases',
        'initialPositionInStream = TRIM_HORIZON',
        'retrievalMode = POLLING',
        'maxRecords = 2000',
      ]),
    );
  });

  test('keep KCL from dropping aggregated records by their hash', () => {
    expect(lines()).toContain('skipShardSyncAtWorkerInitializationIfLeasesExist = true');
  });

  test('set no time-out, since the daemon would halt a processor that waits out an outage', () => {
    expect(daemonProperties(options)).not.toContain('timeoutInSeconds');
  });

  test('give an instant to start from in seconds', () => {
    const found = lines({ start: { atMs: 1_700_000_000_999 } });
    expect(found).toContain('initialPositionInStreamExtended = 1700000000');
    expect(found.some((line) => line.startsWith('initialPositionInStream '))).toBe(false);
  });

  test('leave the size of a read to the service with enhanced fan-out', () => {
    const found = lines({ retrieval: 'fanout' });
    expect(found).toContain('retrievalMode = FANOUT');
    expect(found.some((line) => line.startsWith('maxRecords'))).toBe(false);
  });

  test('escape what a properties file would read otherwise', () => {
    expect(lines({ others: { note: 'a\\b\né' } })).toContain('note = a\\\\b\\u000a\\u00e9');
  });

  test('refuse a word with a blank, which the daemon would take apart', () => {
    expect(() => lines({ command: ['node', '/my app/x.js'] })).toThrow('"/my app/x.js"');
  });
});
