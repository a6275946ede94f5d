/** What the emulators' thread and the main thread tell each other. */

export interface EmulatorWorkerData {
  readonly kinesisPath: string;
  readonly dynamoPath: string;
  /** 0 takes a free one. */
  readonly kinesisPort: number;
  readonly dynamoPort: number;
}

/** `locked`: another process has the folder open. `damaged`: files are missing or unreadable. */
export type EmulatorFailureKind = 'locked' | 'damaged' | 'port-busy' | 'other';

export type EmulatorMessage =
  | { readonly type: 'ready'; readonly kinesisPort: number; readonly dynamoPort: number }
  | {
      readonly type: 'failed';
      readonly kind: EmulatorFailureKind;
      /** The folder, or the port, it is about. */
      readonly subject: string;
      readonly detail: string;
    }
  | { readonly type: 'stopped' };

export interface EmulatorCommand {
  readonly type: 'stop';
}
