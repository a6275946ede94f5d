import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { answerKeptMs, claimMsMax, type StoredAnswer } from '../../sinks/answer-store.ts';
import { answerTable } from '../../sinks/answer-table.ts';
import { noonMs } from './records.ts';
import { type StoreBench, tableOf } from './store-bench.ts';

const answer = (overrides: Partial<StoredAnswer> = {}): StoredAnswer => ({
  status: 201,
  headers: { 'content-type': 'application/json', location: '/v1/rules/1' },
  body: '{"id":"1"}',
  ...overrides,
});

export function describeAnswers(bench: StoreBench): void {
  describe('answers to writes', () => {
    const answers = () => bench.stores.answers;
    const claimed = async (key: string, fingerprint = 'request') => {
      const claim = await answers().claim(key, fingerprint);
      if (claim.kind !== 'claimed') throw new Error(`${key} is ${claim.kind}`);
      return claim.owner;
    };

    test('a key is claimed once, of many at the same time', async () => {
      const claims = await Promise.all(Array.from({ length: 12 }, () => answers().claim('a', 'request')));
      const kinds = claims.map(({ kind }) => kind).toSorted();
      expect(kinds).toEqual(['claimed', ...Array.from({ length: 11 }, () => 'in-flight')]);
      expect(await answers().claim('b', 'request')).toMatchObject({ kind: 'claimed' });
    });

    test.each([
      ['small', answer()],
      ['empty', answer({ status: 204, headers: {}, body: '' })],
      ['large', answer({ body: JSON.stringify({ text: 'Ünïcode '.repeat(20_000) }) })],
    ])('a settled answer comes back as it was: %s', async (key, given) => {
      const owner = await claimed(key);
      expect(await answers().settle(key, owner, given)).toBe(true);
      expect(await answers().claim(key, 'request')).toEqual({ kind: 'answered', answer: given });
      expect(await answers().claim(key, 'another')).toEqual({ kind: 'other-request' });
    });

    test('an answer that does not fit is not kept, and its key can be given free', async () => {
      const owner = await claimed('a');
      // Nothing that could be deflated to less than half.
      const digest = (index: number) => createHash('sha256').update(String(index)).digest('hex');
      const body = Array.from({ length: 15_000 }, (_, index) => digest(index)).join('');
      expect(await answers().settle('a', owner, answer({ body }))).toBe(false);
      await answers().release('a', owner);
      expect(await answers().claim('a', 'another')).toMatchObject({ kind: 'claimed' });
    });

    test('a claim that died ends after a minute, and its owner can settle nothing then', async () => {
      bench.nowMs = noonMs;
      const late = await claimed('a');
      bench.nowMs = noonMs + claimMsMax - 1;
      expect(await answers().claim('a', 'request')).toEqual({ kind: 'in-flight' });
      bench.nowMs = noonMs + claimMsMax;
      const owner = await claimed('a');
      expect(await answers().settle('a', late, answer({ body: 'late' }))).toBe(false);
      await answers().release('a', late);
      expect(await answers().settle('a', owner, answer())).toBe(true);
      expect(await answers().claim('a', 'request')).toEqual({ kind: 'answered', answer: answer() });
    });

    test('an answer is given for a day', async () => {
      bench.nowMs = noonMs;
      await answers().settle('a', await claimed('a'), answer());
      bench.nowMs = noonMs + answerKeptMs - 1_000;
      expect(await answers().claim('a', 'request')).toMatchObject({ kind: 'answered' });
      bench.nowMs = noonMs + answerKeptMs + 1_000;
      expect(await answers().claim('a', 'another')).toMatchObject({ kind: 'claimed' });
    });

    test('where nobody else deletes what has expired, it is deleted by and by', async () => {
      bench.nowMs = noonMs;
      const table = tableOf(bench, 'answers');
      const store = answerTable(table, { nowMs: () => bench.nowMs, deletesExpired: true });
      for (let index = 0; index < 20; index += 1) await store.claim(`old-${index}`, 'request');
      bench.nowMs = noonMs + answerKeptMs + 2_000;
      for (let index = 0; index < 200; index += 1) await store.claim('new', 'request');
      const kept: unknown[] = [];
      for await (const { answerKey } of table.scanAll({})) kept.push(answerKey);
      expect(kept).toEqual(['new']);
    });
  });
}
