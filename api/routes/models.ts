import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ModelKind, ModelSummary } from '../../sinks/stores.ts';
import type { ApiContext, ApiEnv } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { instantOrNull } from '../present/amounts.ts';
import { presentBacktest } from '../present/backtests.ts';
import { presentConsumptionQuality, presentSegmentQuality } from '../present/models.ts';
import { HttpProblem } from '../problems.ts';
import { ModelPage, ModelPath, ModelQuality, ModelsQuery, QualityQuery } from '../schemas/models.ts';
import { json, problem, readProblems } from '../schemas/responses.ts';

const notModified = {
  304: { description: 'Not modified: the answer still has the ETag sent in If-None-Match.' },
};

const modelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  tags: ['Models'],
  summary: 'The models fitted so far',
  description: 'Newest first. A model is never changed: a fit adds a version and makes it the active one.',
  request: { query: ModelsQuery },
  responses: { 200: json(ModelPage, 'One page of models.'), ...notModified, ...readProblems },
});

const qualityRoute = createRoute({
  method: 'get',
  path: '/v1/models/{id}/quality',
  tags: ['Models'],
  summary: 'How good a model is, and how its predictions did in the last backtests',
  description:
    'Of a segment model: sizes, tightness, whether the names hold, drift. Of a consumption model: parameters, and the ' +
    'candidates it was chosen from as scored within the fit. Of both: the last runs of `tidemark backtest` that were ' +
    'stored, scores beside those of the simple baselines.',
  request: { params: ModelPath, query: QualityQuery },
  responses: {
    200: json(ModelQuality, 'The quality of the model.'),
    ...notModified,
    ...readProblems,
    404: problem('No model of this version is stored.'),
  },
});

const kinds = ['segments', 'consumption'] as const satisfies readonly ModelKind[];

/** The models and how good they are. */
export function modelRoutes(app: OpenAPIHono<ApiEnv>, { deps, models }: ApiContext): void {
  const { stores } = deps;
  app.openapi(modelsRoute, async (c) => {
    const { kind, limit, cursor } = c.req.valid('query');
    const scope = `models\n${kind ?? ''}`;
    const after = decodeCursor(scope, cursor);
    const listed = await Promise.all(
      kinds
        .filter((each) => kind === undefined || each === kind)
        .map(async (each) => (await stores.models.list(each)).map((model) => ({ kind: each, ...model }))),
    );
    const newest = listed.flat().sort((a, b) => (place(a) < place(b) ? 1 : -1));
    const rest = after === undefined ? newest : newest.filter((model) => place(model) < after);
    const last = rest.length > limit ? rest[limit - 1] : undefined;
    return c.json(
      {
        items: rest.slice(0, limit).map(({ kind: of, version, fittedAtMs, active, sampleSize }) => ({
          id: version,
          kind: of,
          fittedAt: instantOrNull(fittedAtMs),
          active,
          sampleSize: sampleSize ?? null,
        })),
        nextCursor: last === undefined ? null : encodeCursor(scope, place(last)),
      },
      200,
    );
  });

  app.openapi(qualityRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { backtests } = c.req.valid('query');
    const [segments, consumption] = await Promise.all([
      stores.models.get('segments', id),
      stores.models.get('consumption', id),
    ]);
    const model = segments ?? consumption;
    if (model === undefined) throw new HttpProblem('model-not-found');
    const kind: ModelKind = segments === undefined ? 'consumption' : 'segments';
    const [active, candidate, last] = await Promise.all([
      models.current(),
      segments === undefined ? undefined : stores.checkpoints.candidate(),
      backtests === 0 ? [] : stores.models.backtests(backtests),
    ]);
    return c.json(
      {
        id,
        kind,
        fittedAt: instantOrNull(model.fittedAtMs),
        active: active[kind]?.version === id,
        sampleSize: model.sampleSize,
        segments: segments === undefined ? null : presentSegmentQuality(segments, candidate),
        consumption:
          segments !== undefined || consumption === undefined ? null : presentConsumptionQuality(consumption),
        backtests: last.map(presentBacktest),
      },
      200,
    );
  });
}

/** Sorts by the instant of the fit; models of one fit by kind and version. */
function place({ kind, fittedAtMs, version }: ModelSummary & { readonly kind: ModelKind }): string {
  return `${String(fittedAtMs).padStart(15, '0')}\n${kind}\n${version}`;
}
