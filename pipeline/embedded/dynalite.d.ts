declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Delays are how long a table stays in the state, milliseconds. Closing the server closes its store as well. */
  export default function dynalite(options: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
