import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fitRanking } from '../../../operators/predict/fit-ranking.ts';
import { fitRepurchasePaces, paceEvidence } from '../../../operators/predict/fit-repurchase-paces.ts';
import { RankingSample } from '../../../operators/predict/ranking-sample.ts';
import { withinBytes } from '../../../operators/predict/within-bytes.ts';
import { type Bought, customer, type Draws, draws } from './factories.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function randomId(random: Draws, length: number): string {
  return Array.from({ length }, () => letters[Math.floor(random.uniform() * letters.length)]).join('');
}

/** A shop of 1,600 products whose ids can't be compressed, each in a category of its own. */
function shopOf(idLength: number): RankingSample {
  const random = draws(91);
  const products = Array.from({ length: 1_600 }, () => randomId(random, idLength));
  const sample = new RankingSample();
  for (let index = 0; index < 90; index += 1) {
    const bought = Array.from({ length: 4 }, (_, week): Bought => {
      const basket = Array.from(
        { length: 15 },
        () => products[Math.floor(random.uniform() * 1_600)] as string,
      );
      return { day: 7 * week, products: [...new Set(basket)] };
    });
    sample.add(customer(bought));
  }
  return sample;
}

describe('bounding what a stored model holds by the bytes of its texts', () => {
  test('keeps the first entries that fit, each text counted once', () => {
    const entries = ['aaaa', 'bb', 'aaaa', 'cccc', 'd'];
    expect(withinBytes(entries, (text) => [text, undefined], 6)).toEqual(['aaaa', 'bb', 'aaaa']);
    expect(withinBytes(entries, (text) => [text], 11)).toEqual(entries);
    expect(withinBytes(['žž'], (text) => [text], 3)).toEqual([]);
  });

  test.each([24, 200])('a model of products with ids of %i random letters can be stored', (idLength) => {
    const sample = shopOf(idLength);
    const ranking = fitRanking(sample);
    const law = { r: 0.5, alpha: 2.5, a: 1, b: 2 };
    const paces = (['products', 'categories'] as const).map((kind) => {
      const { evidence, dispersion } = paceEvidence(sample.states(), kind, law);
      return fitRepurchasePaces(evidence, dispersion);
    });
    expect(paces.map((pace) => (pace?.items.length ?? 0) > 100)).toEqual([true, true]);
    expect(ranking.products.population.keys.length).toBeGreaterThan(100);
    expect(ranking.categories.population.keys.length).toBeGreaterThan(100);
    const bytes = deflateRawSync(JSON.stringify({ ranking, paces })).byteLength;
    expect(bytes).toBeLessThan(370_000);
  });
});
