import { randomUUID } from 'node:crypto';
import {
  type AnswerClaim,
  type AnswerStore,
  answerKeptMs,
  claimMsMax,
  type StoredAnswer,
} from './answer-store.ts';
import { isExpired } from './expiry.ts';
import { packedBytes, packText, unpackText } from './packed-body.ts';
import type { Item, TableAccess } from './table-access.ts';

export interface AnswerTableOptions {
  /** Wall clock, UTC milliseconds. */
  readonly nowMs: () => number;
  /** True where nobody else deletes expired items, as on an emulator: some are looked for every so often. */
  readonly deletesExpired: boolean;
}

const answerBytesMax = 350_000;
const claimsPerSweep = 200;
const itemsPerSweep = 100;

/** `owner` is a word of the service's own. */
const ownedCondition = { expression: '#owner = :owner', names: { '#owner': 'owner' } };

/** Answers to writes, one item a key; the table's expiry drops them. */
export function answerTable(table: TableAccess, options: AnswerTableOptions): AnswerStore {
  const { nowMs } = options;
  let claims = 0;
  let sweptTo: Item | undefined;
  const sweep = async () => {
    const page = await table.scan({ Limit: itemsPerSweep, ExclusiveStartKey: sweptTo });
    sweptTo = page.lastKey;
    for (const item of page.items) {
      if (!isExpired(item, nowMs())) continue;
      await table.delete(
        { answerKey: item.answerKey },
        { expression: 'expiresAt = :seen', values: { ':seen': item.expiresAt } },
      );
    }
  };
  return {
    async claim(key, fingerprint) {
      claims += 1;
      if (options.deletesExpired && claims % claimsPerSweep === 0) await sweep();
      const now = nowMs();
      const owner = randomUUID();
      const outcome = await table.put(
        { answerKey: key, fingerprint, owner, heldUntil: now + claimMsMax, expiresAt: expiryOf(now) },
        {
          expression:
            'attribute_not_exists(answerKey) OR expiresAt <= :nowSeconds OR ' +
            '(attribute_not_exists(answerStatus) AND heldUntil <= :now)',
          values: { ':nowSeconds': Math.floor(now / 1_000), ':now': now },
        },
      );
      if (outcome === 'written') return { kind: 'claimed', owner };
      const item = await table.get({ answerKey: key });
      // Given free at this very moment: as good as held, since the caller will ask again.
      return item === undefined ? { kind: 'in-flight' } : claimOf(item, fingerprint);
    },
    async settle(key, owner, answer) {
      const body = packText(answer.body);
      if (packedBytes(body) > answerBytesMax) return false;
      const outcome = await table.update({
        Key: { answerKey: key },
        UpdateExpression:
          'SET answerStatus = :status, headers = :headers, body = :body, expiresAt = :expiresAt',
        ConditionExpression: ownedCondition.expression,
        ExpressionAttributeNames: ownedCondition.names,
        ExpressionAttributeValues: {
          ':owner': owner,
          ':status': answer.status,
          ':headers': answer.headers,
          ':body': body,
          ':expiresAt': expiryOf(nowMs()),
        },
      });
      return outcome === 'written';
    },
    async release(key, owner) {
      // A conflict: the claim ended by its time, and another holds the key.
      await table.delete({ answerKey: key }, { ...ownedCondition, values: { ':owner': owner } });
    },
  };
}

function claimOf(item: Item, fingerprint: string): AnswerClaim {
  if (item.fingerprint !== fingerprint) return { kind: 'other-request' };
  if (item.answerStatus === undefined) return { kind: 'in-flight' };
  return {
    kind: 'answered',
    answer: {
      status: item.answerStatus as number,
      headers: item.headers as StoredAnswer['headers'],
      body: unpackText(item.body),
    },
  };
}

function expiryOf(nowMs: number): number {
  return Math.ceil((nowMs + answerKeptMs) / 1_000);
}
