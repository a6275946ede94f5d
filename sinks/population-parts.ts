import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DependencyError, TidemarkError } from '../operators/errors.ts';
import type { PopulationSnapshot } from '../operators/population/population-snapshot.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { Item, TableAccess } from './table-access.ts';

const kind = 'population';
const headName = 'current';
/** Leaves room for keys in an item of 400 KB. */
const partBytes = 380_000;
/** So many parts at most: 15 MB deflated, some centuries of history. */
const partsMax = 40;
/** A reader that a new snapshot overtakes begins again. */
const attemptsMax = 3;

/** What is read first: which of the two sets of parts holds the newest snapshot. */
interface Head {
  readonly set: 'a' | 'b';
  readonly parts: number;
  readonly asOfMs: number;
}

/**
 * The newest snapshot of the population, deflated and cut into items. There are two sets of parts: a new one is written
 * into the set that is not being read, and shows once the head names it.
 */
export function populationParts(table: TableAccess): Pick<CheckpointStore, 'population' | 'putPopulation'> {
  const readHead = async (): Promise<Head | undefined> => {
    const item = await table.get({ kind, name: headName });
    return (
      item && { set: item.set as Head['set'], parts: item.parts as number, asOfMs: item.asOfMs as number }
    );
  };
  return {
    async population() {
      for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
        const head = await readHead();
        if (head === undefined) return undefined;
        const names = Array.from({ length: head.parts }, (_, part) => partName(head.set, part));
        const items = await Promise.all(names.map((name) => table.get({ kind, name })));
        if (items.every((item): item is Item => item?.asOfMs === head.asOfMs)) return unpack(items);
      }
      throw new DependencyError('population-overtaken', 'The population is being counted anew.', {
        retryable: true,
        context: { attempts: attemptsMax },
      });
    },
    async putPopulation(snapshot) {
      const { asOfMs } = snapshot;
      const packed = deflateRawSync(Buffer.from(JSON.stringify(snapshot)));
      const parts = Math.ceil(packed.length / partBytes);
      if (parts > partsMax) {
        throw new TidemarkError('population-too-large', `The population takes ${packed.length} bytes.`, {
          context: { bytes: packed.length },
        });
      }
      const set = (await readHead())?.set === 'a' ? 'b' : 'a';
      for (let part = 0; part < parts; part += 1) {
        const body = packed.subarray(part * partBytes, (part + 1) * partBytes);
        await table.put({ kind, name: partName(set, part), asOfMs, body });
      }
      await table.put({ kind, name: headName, set, parts, asOfMs });
    },
  };
}

function partName(set: Head['set'], part: number): string {
  return `${set}/${String(part).padStart(2, '0')}`;
}

function unpack(items: readonly Item[]): PopulationSnapshot {
  const packed = Buffer.concat(items.map(({ body }) => body as Uint8Array));
  return JSON.parse(inflateRawSync(packed).toString('utf8')) as PopulationSnapshot;
}
