import type { Browser } from 'playwright-core';
import type { Report } from '../report.ts';
import type { Workspace } from '../workspace.ts';
import type { Shop } from './shop.ts';

/** What a check of the board works with. */
export interface BoardContext {
  readonly browser: Browser;
  readonly report: Report;
  readonly workspace: Workspace;
  /** The running product with a simulated shop; a check that stops it starts it again. */
  readonly shop: Shop;
}

export interface BoardCheck {
  readonly name: string;
  /** One sentence: what holds when it passes. */
  readonly promise: string;
  run(context: BoardContext): Promise<void>;
}
