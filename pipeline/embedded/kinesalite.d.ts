declare module 'kinesalite' {
  import type { Server } from 'node:http';

  /** Delays are how long a stream stays in the state, milliseconds. Closing the server closes its store as well. */
  export default function kinesalite(options: {
    readonly path?: string;
    readonly createStreamMs?: number;
    readonly deleteStreamMs?: number;
    readonly updateStreamMs?: number;
    readonly shardLimit?: number;
  }): Server;
}
