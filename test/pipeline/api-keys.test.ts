import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newApiKey, parseApiKeys } from '../../pipeline/api-keys.ts';

const hash = (key: string) => createHash('sha256').update(key).digest('hex');

describe('a new key', () => {
  test('is long, random, and kept by its hash alone', () => {
    const made = Array.from({ length: 50 }, () => newApiKey('board', 'read'));
    expect(new Set(made.map(({ key }) => key)).size).toBe(50);
    for (const { key, line } of made) {
      expect(key).toMatch(/^tdm_[\w-]{43}$/);
      expect(line).toBe(`board:read:${hash(key)}`);
    }
  });

  test('is read back from its line', () => {
    const { line, key } = newApiKey('shop', 'write');
    expect(parseApiKeys(line, 'file')).toEqual({
      keys: [{ name: 'shop', scopes: ['write'], sha256: hash(key) }],
      problems: [],
    });
  });
});

describe('configured keys', () => {
  test('stand one a line, or between spaces and commas, with remarks', () => {
    const text = `# the board\na:read:${hash('a')}\n\n  # shop\r\nb:read+write:${hash('b')} c:admin:${hash('c')},\n`;
    const { keys, problems } = parseApiKeys(text, 'file');
    expect(problems).toEqual([]);
    expect(keys.map(({ name, scopes }) => [name, ...scopes])).toEqual([
      ['a', 'read'],
      ['b', 'read', 'write'],
      ['c', 'admin'],
    ]);
    expect(parseApiKeys('', 'file')).toEqual({ keys: [], problems: [] });
  });

  test.each([
    ['tdm_a-key-itself', /entry 1: expected name:scope:sha256/],
    [`:read:${hash('a')}`, /expected name:scope:sha256/],
    [`a b:read:${hash('a')}`, /entry 1: expected name:scope:sha256/],
    [`${'x'.repeat(65)}:read:${hash('a')}`, /expected name:scope:sha256/],
    [`a:read:${hash('a')}:more`, /expected name:scope:sha256/],
    [`a:owner:${hash('a')}`, /\(a\): scopes are read, write, admin/],
    [`a::${hash('a')}`, /\(a\): scopes are/],
    ['a:read:abc', /\(a\): expected the SHA-256/],
    [`a:read:${hash('a')} a:write:${hash('b')}`, /entry 2: the name a is taken/],
  ])('that can’t work are named, never quoted: %.30s', (text, problem) => {
    const { problems } = parseApiKeys(text, 'file');
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).toMatch(problem);
    expect(problems.join('\n')).not.toContain('tdm_');
  });

  test('are limited to a thousand', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `k${index}:read:${hash('k')}`).join('\n');
    expect(parseApiKeys(lines(1_000), 'file').problems).toEqual([]);
    expect(parseApiKeys(lines(1_001), 'file').problems).toEqual(['file: at most 1000 keys, not 1001']);
  });
});
