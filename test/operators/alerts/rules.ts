import type { AlertRule } from '../../../operators/alerts/rule.ts';

/** A rule for every move, delivered to the stream and to one webhook. */
export function alertRule(changes: Partial<AlertRule> = {}): AlertRule {
  return {
    id: 'r1',
    name: 'any move',
    enabled: true,
    when: { kind: 'migration' },
    deliver: [
      { id: 't0', kind: 'stream' },
      { id: 't1', kind: 'webhook', url: 'https://hooks.example.com/a', secrets: [{ secret: webhookSecret }] },
    ],
    activeFromMs: 0,
    activeFromClockMs: 0,
    createdAtMs: 0,
    updatedAtMs: 0,
    version: 1,
    ...changes,
  };
}

export const webhookSecret = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;
