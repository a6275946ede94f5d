import { beforeEach, describe, expect, test } from 'vitest';
import { evaluateMigration } from '../../../operators/alerts/evaluate-rule.ts';
import type { AlertOccasion } from '../../../operators/alerts/fired-alert.ts';
import type { AlertRule } from '../../../operators/alerts/rule.ts';
import { Courier } from '../../../pipeline/jobs/courier.ts';
import { fireOccasions } from '../../../pipeline/jobs/fire-rules.ts';
import type { AlertSinks } from '../../../sinks/alert-sinks.ts';
import { migration } from '../../contracts/records.ts';
import { AlertBench } from '../../fixtures/alert-bench.ts';
import { alertRule } from '../../operators/alerts/rules.ts';

let bench: AlertBench;

beforeEach(() => {
  bench = new AlertBench();
});

const number = (index: number) => String(index).padStart(2, '0');
const urlOf = (id: string) => `https://${id}.example.com/`;

/** A rule with a receiver of its own that has fired for so many moves. */
async function fire(id: string, count: number): Promise<AlertRule> {
  const rule = alertRule({ id, deliver: [{ id: 't1', kind: 'webhook', url: urlOf(id), secrets: [] }] });
  await bench.stores.alerts.putRule(rule);
  const occasions = Array.from({ length: count }, (_, index) => ({
    rule,
    occasion: evaluateMigration({ kind: 'migration' }, migration({ ordinal: index + 1 })) as AlertOccasion,
  }));
  await fireOccasions(occasions, { alerts: bench.stores.alerts, nowMs: () => bench.nowMs });
  return rule;
}

/** A courier whose deliveries are told by the rule they are for. */
function courier(receive: (id: string) => Promise<void> | void, random = 0.5): Courier {
  const send: AlertSinks['webhook']['send'] = async (_message, target) => {
    await receive(new URL(target.url).hostname.split('.')[0] as string);
    return { ok: true };
  };
  return new Courier({
    ...bench.delivering,
    sinks: { ...bench.sinks, webhook: { kind: 'webhook', send, close: () => {} } },
    random: () => random,
    onFailure: (error) => {
      throw error;
    },
  });
}

describe('a rule', () => {
  test('disabled or deleted while its backlog goes out has no more than the page in hand sent', async () => {
    const rule = await fire('r', 350);
    let sent = 0;
    const made = courier(async () => {
      sent += 1;
      if (sent === 50) await bench.stores.alerts.putRule({ ...rule, enabled: false, version: 2 });
      if (sent === 60) await bench.stores.alerts.deleteRule('r');
    });
    await made.round();
    await made.idle();
    expect(sent).toBe(100);
  });

  test('whose target moves while its backlog goes out is delivered to the new one from the next page on', async () => {
    const rule = await fire('r', 150);
    const sent: string[] = [];
    const made = courier(async (id) => {
      sent.push(id);
      const moved = { id: 't1', kind: 'webhook', url: urlOf('moved'), secrets: [] } as const;
      if (sent.length === 50) {
        await bench.stores.alerts.putRule({ ...rule, deliver: [moved], version: 2 });
      }
    });
    await made.round();
    await made.idle();
    expect(sent.filter((id) => id === 'moved')).toHaveLength(50);
    expect(sent).toHaveLength(150);
  });

  test('disabled while it waits for its turn has nothing sent', async () => {
    for (let index = 0; index < 25; index += 1) await fire(number(index), 1);
    const last = await fire('99', 1);
    const sent: string[] = [];
    const made = courier(async (id) => {
      sent.push(id);
      if (sent.length > 1) return;
      await bench.stores.alerts.putRule({ ...last, enabled: false, version: 2 });
      bench.nowMs += 1_001;
    }, 0);
    await made.round();
    await made.idle();
    expect(sent).toHaveLength(25);
    expect(sent).not.toContain('99');
  });

  test('that fires while it has its turn has another after the next round', async () => {
    await fire('r', 1);
    const sent: string[] = [];
    const made = courier(async (id) => {
      sent.push(id);
      if (sent.length > 1) return;
      await fire('s', 1);
      await made.round();
    });
    await made.round();
    await made.idle();
    expect(sent).toEqual(['r', 's']);
  });
});

describe('thirty rules', () => {
  test('are all served beside one whose receiver does not answer', async () => {
    for (let index = 0; index < 30; index += 1) await fire(number(index), index === 0 ? 400 : 1);
    const served = new Set<string>();
    let release: () => void = () => {};
    const othersServed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const made = courier(async (id) => {
      if (id === '00') await othersServed;
      else if (served.add(id).size === 29) release();
    }, 0);
    await made.round();
    await made.idle();
    expect(served.size).toBe(29);
    expect(await bench.stores.alerts.due('00', bench.nowMs, 10)).toEqual([]);
  });

  test('are all served before twenty-five slow ones have a second page', async () => {
    for (let index = 0; index < 25; index += 1) await fire(number(index), 12);
    for (let index = 25; index < 30; index += 1) await fire(number(index), 1);
    const sent: string[] = [];
    const made = courier((id) => {
      sent.push(id);
      // A page is over after ten seconds.
      bench.nowMs += 2_500;
    }, 0);
    await made.round();
    await made.idle();
    expect(sent).toHaveLength(25 * 12 + 5);
    const served = sent.findLastIndex((id) => Number(id) >= 25);
    const before = new Map<string, number>();
    for (const id of sent.slice(0, served)) before.set(id, (before.get(id) ?? 0) + 1);
    expect(Math.max(...before.values())).toBeLessThanOrEqual(8);
  });

  test('are not begun with the same one by each courier', async () => {
    for (let index = 0; index < 30; index += 1) await fire(number(index), 1);
    const firstBy = async (random: number) => {
      let first: string | undefined;
      const made = courier((id) => {
        first ??= id;
        bench.stop.abort();
      }, random);
      await made.round();
      await made.idle();
      return first;
    };
    expect(await firstBy(0.9)).toBe('27');
  });
});
