import { startEmulators } from '../../pipeline/embedded/emulators.ts';
import { temporaryFolder } from '../fixtures/kinesis-bench.ts';

/** The product's own Kinesis emulator, to stand beside an engine that has tables only. */
export async function startKinesisEndpoint(): Promise<{ readonly kinesis: string; stop(): Promise<void> }> {
  const folder = await temporaryFolder();
  const emulators = await startEmulators({ dataDirectory: folder.path });
  return {
    kinesis: emulators.kinesisEndpoint,
    async stop() {
      await emulators.stop();
      await folder.remove();
    },
  };
}
