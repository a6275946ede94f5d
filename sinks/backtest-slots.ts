import type { BacktestReport } from '../operators/backtest/backtest-report.ts';
import { DependencyError, TidemarkError } from '../operators/errors.ts';
import { hashHex } from '../operators/event/event-hash.ts';
import { finiteJson } from './finite-json.ts';
import { packedBytes, packText, unpackText } from './packed-body.ts';
import { backtestsKept, type ModelStore, type StoredBacktest } from './stores.ts';
import type { Item, TableAccess } from './table-access.ts';

const kind = 'backtest';
const bodyBytesMax = 390_000;
/** Puts at the same moment choose the same slot; each such meeting lets one of them through. */
const attemptsMax = 10;

/** The last backtests in a fixed number of slots beside the models: the newest takes the place of the oldest. */
export function backtestSlots(table: TableAccess): Pick<ModelStore, 'putBacktest' | 'backtests'> {
  const read = async (attributes: string) => {
    const items: Item[] = [];
    const input = {
      KeyConditionExpression: '#kind = :kind',
      ProjectionExpression: attributes,
      ExpressionAttributeNames: { '#kind': 'kind', '#slot': 'version', '#id': 'id' },
      ExpressionAttributeValues: { ':kind': kind },
      ConsistentRead: true,
    };
    for await (const item of table.queryAll(input)) items.push(item);
    return items.sort((a, b) => ((a.id as string) < (b.id as string) ? 1 : -1));
  };
  return {
    async putBacktest(report, atMs) {
      const { id, body } = packed(report, atMs);
      for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
        const stored = await read('#slot, #id');
        const oldest = stored.length < backtestsKept ? undefined : stored.at(-1);
        if (stored.some((item) => item.id === id) || id < ((oldest?.id as string | undefined) ?? '')) return;
        const slot = (oldest?.version as string | undefined) ?? freeSlot(stored);
        const unchanged =
          oldest === undefined
            ? { expression: 'attribute_not_exists(kind)' }
            : { expression: '#id = :id', names: { '#id': 'id' }, values: { ':id': oldest.id } };
        if ((await table.put({ kind, version: slot, id, storedAtMs: atMs, body }, unchanged)) === 'written')
          return;
      }
      throw new DependencyError('backtest-slot-taken', 'Others store backtests at the same moment.', {
        retryable: true,
        context: { attempts: attemptsMax },
      });
    },
    async backtests(limit = backtestsKept) {
      requireLimit(limit);
      const stored = await read('#slot, #id, storedAtMs, body');
      return stored.slice(0, limit).map(
        ({ id, storedAtMs, body }): StoredBacktest => ({
          id: id as string,
          storedAtMs: storedAtMs as number,
          report: JSON.parse(unpackText(body)) as BacktestReport,
        }),
      );
    },
  };
}

function packed(report: BacktestReport, atMs: number): { id: string; body: string | Uint8Array } {
  const { input, cut } = report;
  const refuse = (code: string, what: string) =>
    new TidemarkError(code, `The backtest of ${input} ${what}.`, { context: { input, cut } });
  const text = finiteJson(report, (key, found) => refuse('invalid-backtest', `has ${found} in ${key}`));
  const body = packText(text);
  if (packedBytes(body) > bodyBytesMax) {
    throw refuse('backtest-too-large', `takes more than ${bodyBytesMax} bytes`);
  }
  return { id: backtestId(text, atMs), body };
}

/** The instant, so that ids sort by it, and a hash of the content, so that the same report is known again. */
function backtestId(text: string, atMs: number): string {
  return `${String(atMs).padStart(15, '0')}-${hashHex(text).slice(0, 8)}`;
}

function freeSlot(stored: readonly Item[]): string {
  const taken = new Set(stored.map(({ version }) => version));
  const slots = Array.from({ length: backtestsKept }, (_, index) => `slot-${String(index).padStart(2, '0')}`);
  return slots.find((slot) => !taken.has(slot)) as string;
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= backtestsKept) return;
  const message = `At most ${backtestsKept} backtests are kept; ${limit} were asked for.`;
  throw new TidemarkError('invalid-limit', message, { context: { limit } });
}
