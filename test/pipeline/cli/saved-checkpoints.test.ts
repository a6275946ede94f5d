import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCheckpoints, writeCheckpoints } from '../../../pipeline/cli/saved-checkpoints.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-checkpoints-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const position = { shardId: 'shardId-000000000000', sequenceNumber: '4961', subSequence: 2, ended: false };

test('positions come back as they were written, without the figures of the checkpoints', async () => {
  const path = join(folder, 'positions.json');
  await writeCheckpoints(path, 'orders', [{ ...position, watermarkMs: 5, events: 7, quarantined: 1 }], 0);
  expect(await readCheckpoints(path, 'orders')).toEqual([position]);
});

test('a file of another stream is refused', async () => {
  const path = join(folder, 'other.json');
  await writeCheckpoints(path, 'orders', [], 0);
  await expect(readCheckpoints(path, 'returns')).rejects.toThrow('is of the stream orders, not returns');
});

test('what is no such file is refused, and says which', async () => {
  const path = join(folder, 'wrong.json');
  for (const text of [
    '',
    '{}',
    '[]',
    JSON.stringify({ stream: 's', savedAt: '', shards: [{ shardId: 'a' }] }),
  ]) {
    await writeFile(path, text);
    await expect(readCheckpoints(path, 's'), text).rejects.toThrow('wrong.json can');
    await expect(readCheckpoints(path, 's'), text).rejects.toThrow('no file of --save-checkpoints');
  }
  await expect(readCheckpoints(join(folder, 'absent'), 's')).rejects.toThrow('ENOENT');
  await expect(writeCheckpoints(join(folder, 'no', 'folder'), 's', [], 0)).rejects.toThrow('written');
});
