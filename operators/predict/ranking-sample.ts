import type { CustomerState } from '../state/customer-state.ts';
import { decodeState, encodeState } from '../state/state-codec.ts';

export interface RankingSampleOptions {
  /** Customers kept. Default 20,000. */
  readonly customersMax?: number;
  /** Bytes kept, encoded. Default 64 MB. */
  readonly bytesMax?: number;
}

/**
 * Customers that rankings are learned from: of all added, those whose newest purchase has the lowest hash, an even sample that
 * does not depend on the order of adding. Beyond either bound those of the highest hash go. A customer with one purchase day
 * says only what is popular, and is kept all the same.
 */
export class RankingSample {
  private readonly customersMax: number;
  private readonly bytesMax: number;
  private kept: { readonly hash: number; readonly bytes: Uint8Array }[] = [];
  private bytes = 0;
  private hashBelow = Number.POSITIVE_INFINITY;

  constructor(options: RankingSampleOptions = {}) {
    this.customersMax = options.customersMax ?? 20_000;
    this.bytesMax = options.bytesMax ?? 64_000_000;
  }

  get customers(): number {
    return Math.min(this.kept.length, this.customersMax);
  }

  add(state: CustomerState): void {
    const hash = state.recent.at(-1)?.hash;
    if (hash === undefined || hash >= this.hashBelow) return;
    const bytes = encodeState(state);
    this.kept.push({ hash, bytes });
    this.bytes += bytes.byteLength;
    // Twice the bound at most between two cuts, so that sorting stays rare.
    if (this.kept.length >= 2 * this.customersMax || this.bytes >= 2 * this.bytesMax) this.cut();
  }

  /** By hash, lowest first; each is decoded when it is asked for. */
  *states(): Generator<CustomerState> {
    this.cut();
    for (const { bytes } of this.kept) yield decodeState(bytes);
  }

  private cut(): void {
    this.kept.sort((a, b) => a.hash - b.hash);
    let bytes = 0;
    let count = 0;
    for (const { bytes: encoded } of this.kept) {
      if (count >= this.customersMax || (count > 0 && bytes + encoded.byteLength > this.bytesMax)) break;
      bytes += encoded.byteLength;
      count += 1;
    }
    if (count < this.kept.length) this.hashBelow = this.kept[count]?.hash ?? this.hashBelow;
    this.kept.length = count;
    this.bytes = bytes;
  }
}
