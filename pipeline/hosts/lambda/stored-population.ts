import type { PopulationHistory, PopulationReader } from '../../../api/dependencies.ts';
import {
  openHistory,
  openMembers,
  type PopulationSnapshot,
  takeSnapshot,
} from '../../../operators/population/population-snapshot.ts';
import { PopulationView } from '../../../operators/population/population-view.ts';
import type { SegmentForecast } from '../../../operators/population/segment-forecast.ts';
import type { MemberList, MemberOrder } from '../../../operators/population/segment-members.ts';
import type { PopulationSummary } from '../../../operators/population/summarise-population.ts';
import type { SegmentName } from '../../../operators/segments/segment-model.ts';
import type { Stores } from '../../../sinks/stores.ts';

/** Older than this it is read again, ms. It changes once a day, and is a few items. */
const ageMsMax = 60_000;

interface Held {
  readonly readAtMs: number;
  readonly snapshot: PopulationSnapshot;
  readonly history: PopulationHistory;
  readonly forecasts: readonly SegmentForecast[];
}

/** The population as the last census left it: as old as that, and of nobody before the first. */
export class StoredPopulation implements PopulationReader {
  readonly #checkpoints: Pick<Stores['checkpoints'], 'population' | 'forecasts'>;
  readonly #nowMs: () => number;
  #held: Promise<Held> | undefined;

  constructor(checkpoints: Pick<Stores['checkpoints'], 'population' | 'forecasts'>, nowMs: () => number) {
    this.#checkpoints = checkpoints;
    this.#nowMs = nowMs;
  }

  async summary(): Promise<PopulationSummary> {
    return (await this.#current()).snapshot.summary;
  }

  async history(): Promise<PopulationHistory> {
    return (await this.#current()).history;
  }

  async forecasts(): Promise<readonly SegmentForecast[]> {
    return (await this.#current()).forecasts;
  }

  async members(segment: SegmentName, order: MemberOrder): Promise<MemberList> {
    return openMembers((await this.#current()).snapshot, segment, order);
  }

  async #current(): Promise<Held> {
    const held = await this.#held?.catch(() => undefined);
    if (held && this.#nowMs() - held.readAtMs < ageMsMax) return held;
    this.#held = this.#read();
    return this.#held;
  }

  async #read(): Promise<Held> {
    const readAtMs = this.#nowMs();
    const [stored, forecasts] = await Promise.all([
      this.#checkpoints.population(),
      this.#checkpoints.forecasts(),
    ]);
    const snapshot = stored ?? takeSnapshot(new PopulationView(), readAtMs);
    return { readAtMs, snapshot, history: openHistory(snapshot), forecasts };
  }
}
