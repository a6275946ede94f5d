import type { z } from '@hono/zod-openapi';
import {
  type SegmentModel,
  type SegmentName,
  segmentFeatureNames,
  segmentNames,
} from '../../operators/segments/segment-model.ts';
import { invertTransform } from '../../operators/segments/transform.ts';
import type { SegmentsAnswer } from '../schemas/segments.ts';
import { figure, instantOrNull } from './amounts.ts';

type Body = z.infer<typeof SegmentsAnswer>;

/** What each name says, as one plain sentence. */
const segmentMeanings: Readonly<Record<SegmentName, string>> = {
  Champions: 'They bought lately, buy the most often and spend the most.',
  Loyal: 'They have bought regularly for a long time, up to the present.',
  'Potential Loyalists': 'They began not long ago and have already come back several times.',
  New: 'They made their first purchase only just now.',
  Promising: 'They bought lately, but only once or twice and for little so far.',
  'Needs Attention': 'They used to buy fairly often and have been quiet for a while.',
  'At Risk': 'They used to buy often and spend much, and have not been seen for a long time.',
  Hibernating: 'They bought little, and that long ago.',
};

/** The active model in plain units, with how many customers stand where. */
export function presentSegments(
  model: SegmentModel | undefined,
  counts: Readonly<Record<string, number>>,
): Pick<Body, 'version' | 'fittedAt' | 'sampleSize' | 'quality' | 'abstained' | 'segments'> {
  return {
    version: model?.version ?? null,
    fittedAt: instantOrNull(model?.fittedAtMs),
    sampleSize: model?.sampleSize ?? null,
    quality:
      model === undefined
        ? null
        : { silhouette: figure(model.quality.silhouette), inertia: figure(model.quality.inertia) },
    abstained: model === undefined ? 'No segment model is active yet.' : null,
    segments: segmentNames.map((name) => ({
      name,
      meaning: segmentMeanings[name],
      size: counts[name] ?? 0,
      centroid: model === undefined ? null : plainCentroid(model, name),
    })),
  };
}

function plainCentroid(model: SegmentModel, name: SegmentName): Body['segments'][number]['centroid'] {
  const centroid = model.centroids[model.names.indexOf(name)];
  if (centroid === undefined) return null;
  const plain = { recencyDays: 0, tenureDays: 0, orders365: 0, spend365: 0 };
  for (const feature of segmentFeatureNames) {
    const index = model.transforms.findIndex((transform) => transform.feature === feature);
    const transform = model.transforms[index];
    const z = centroid[index];
    if (transform !== undefined && z !== undefined) {
      plain[feature] = Number(invertTransform(z, transform).toFixed(2));
    }
  }
  return plain;
}
