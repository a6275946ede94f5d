import type { RequestIdVariables } from 'hono/request-id';
import type { ActiveModelCache } from '../sinks/active-model-cache.ts';
import type { Identity } from './auth/principal.ts';
import type { ApiDependencies } from './dependencies.ts';
import type { ApiOptions } from './options.ts';

/** What every route works with. */
export interface ApiContext {
  readonly deps: ApiDependencies;
  readonly models: ActiveModelCache;
  readonly options: ApiOptions;
}

/** Hono's per-request variables. */
export interface ApiEnv {
  Variables: RequestIdVariables & {
    identity: Identity;
    /** Body that is kept for repetitions of a write in place of the one that was sent. */
    keptBody?: string;
  };
}
