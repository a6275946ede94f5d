import { isDeepStrictEqual } from 'node:util';
import { TidemarkError } from '../operators/errors.ts';
import { backtestSlots } from './backtest-slots.ts';
import { finiteJson } from './finite-json.ts';
import { packedBytes, packText, unpackText } from './packed-body.ts';
import type { ModelKind, ModelKinds, ModelStore, ModelSummary } from './stores.ts';
import type { TableAccess } from './table-access.ts';

/** Sort key of the pointer item, and so no version. */
const pointerVersion = 'active';
const bodyBytesMax = 390_000;

/**
 * Immutable models as JSON, one item a version, and per kind one pointer item that names the active version; beside them
 * the last backtests.
 */
export function modelTable(table: TableAccess): ModelStore {
  const read = async <K extends ModelKind>(kind: K, version: string) => {
    if (version === pointerVersion) return undefined;
    const item = await table.get({ kind, version });
    return item && (JSON.parse(unpackText(item.body)) as ModelKinds[K]);
  };
  const activeVersion = async (kind: ModelKind) => {
    const pointer = await table.get({ kind, version: pointerVersion });
    return pointer?.names as string | undefined;
  };
  return {
    async put(kind, model) {
      const { version, fittedAtMs, sampleSize } = model;
      const body = packText(toJson(kind, model));
      if (packedBytes(body) > bodyBytesMax) {
        throw modelError(kind, version, 'model-too-large', `takes more than ${bodyBytesMax} bytes`);
      }
      const outcome = await table.put(
        { kind, version, fittedAtMs, sampleSize, body },
        { expression: 'attribute_not_exists(kind)' },
      );
      if (outcome === 'written') return;
      const stored = await read(kind, version);
      if (!isDeepStrictEqual(stored, JSON.parse(unpackText(body)))) {
        throw modelError(kind, version, 'model-version-taken', 'is stored already, with another content');
      }
    },
    get: read,
    async active(kind) {
      const version = await activeVersion(kind);
      return version === undefined ? undefined : read(kind, version);
    },
    async activate(kind, version) {
      if (version === pointerVersion || (await table.get({ kind, version })) === undefined) {
        throw modelError(kind, version, 'unknown-model', 'is not stored');
      }
      await table.put({ kind, version: pointerVersion, names: version });
    },
    async list(kind) {
      const active = await activeVersion(kind);
      const models: ModelSummary[] = [];
      const input = {
        KeyConditionExpression: '#kind = :kind',
        ProjectionExpression: '#version, fittedAtMs, sampleSize',
        ExpressionAttributeNames: { '#kind': 'kind', '#version': 'version' },
        ExpressionAttributeValues: { ':kind': kind },
        ConsistentRead: true,
      };
      for await (const item of table.queryAll(input)) {
        const version = item.version as string;
        if (version === pointerVersion) continue;
        models.push({
          version,
          fittedAtMs: item.fittedAtMs as number,
          active: version === active,
          sampleSize: item.sampleSize as number | undefined,
        });
      }
      return models;
    },
    ...backtestSlots(table),
  };
}

function toJson<K extends ModelKind>(kind: K, model: ModelKinds[K]): string {
  if (model.version === pointerVersion || model.version === '') {
    throw modelError(kind, model.version, 'invalid-model-version', 'is no name for a version');
  }
  return finiteJson(model, (key, found) =>
    modelError(kind, model.version, 'invalid-model', `has ${found} in ${key}`),
  );
}

function modelError(kind: ModelKind, version: string, code: string, what: string): TidemarkError {
  return new TidemarkError(code, `The ${kind} model "${version}" ${what}.`, { context: { kind, version } });
}
