import { describe, expect, test } from 'vitest';
import { readDaemonSettings } from '../../../../pipeline/hosts/kcl/daemon-settings.ts';
import { readSettings } from '../../../../pipeline/settings.ts';

const command = ['node', 'processor.js'];

function read(environment: NodeJS.ProcessEnv) {
  return readDaemonSettings(readSettings({}, environment), command, environment);
}

describe('the settings of the daemon', () => {
  test('need no more than the region', () => {
    expect(read({ AWS_REGION: 'eu-west-1' })).toEqual({
      jars: '/opt/kcl/jars',
      properties: {
        application: 'tidemark-kcl',
        stream: 'tidemark-purchases',
        region: 'eu-west-1',
        command,
        start: 'TRIM_HORIZON',
        retrieval: 'polling',
        recordsMax: 2_000,
        failoverMs: 10_000,
        others: { metricsLevel: 'NONE' },
      },
    });
  });

  test('come from the environment', () => {
    const { properties, jars } = read({
      AWS_REGION: 'us-east-1',
      TIDEMARK_STREAM: 'shop',
      TIDEMARK_BATCH_RECORDS: '500',
      TIDEMARK_KCL_APPLICATION: 'shop-kcl',
      TIDEMARK_KCL_START: '2026-11-22T10:15:00Z',
      TIDEMARK_KCL_RETRIEVAL: 'fanout',
      TIDEMARK_KCL_FAILOVER_MS: '30000',
      TIDEMARK_KCL_METRICS: 'SUMMARY',
      TIDEMARK_KCL_JARS: '/jars',
    });
    expect(jars).toBe('/jars');
    expect(properties).toMatchObject({
      application: 'shop-kcl',
      stream: 'shop',
      start: { atMs: Date.parse('2026-11-22T10:15:00Z') },
      retrieval: 'fanout',
      recordsMax: 500,
      failoverMs: 30_000,
      others: { metricsLevel: 'SUMMARY' },
    });
  });

  test('take a variable that is set to nothing for one that is not set', () => {
    expect(read({ AWS_REGION: 'us-east-1', TIDEMARK_KCL_START: '' }).properties.start).toBe('TRIM_HORIZON');
  });

  test('name every variable that is out of range at once', () => {
    const wrong = () => read({ TIDEMARK_KCL_START: 'yesterday', TIDEMARK_KCL_FAILOVER_MS: '1' });
    expect(wrong).toThrow(
      /TIDEMARK_KCL_START: .*"yesterday"\nTIDEMARK_KCL_FAILOVER_MS: .*"1"\nAWS_REGION: is not set/,
    );
  });
});
