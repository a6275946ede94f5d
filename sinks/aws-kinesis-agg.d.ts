/** The part of aws-kinesis-agg that is used; its own types ask for version 2 of the AWS SDK. */
declare module 'aws-kinesis-agg/lib/common.js' {
  interface AggregatedRecordFields {
    partition_key_table: string[];
    explicit_hash_key_table: string[];
    /** Indexes are 64-bit on the wire: decoded they may be objects that print as the number. */
    records: { partition_key_index: number | { toString(): string }; data: Uint8Array; tags: never[] }[];
  }

  const common: {
    /** First four bytes of an aggregated record. */
    readonly magic: Buffer;
    readonly AggregatedRecord: {
      encode(fields: AggregatedRecordFields): { finish(): Uint8Array };
      /** @throws Error when the bytes are not the message. */
      decode(bytes: Uint8Array): AggregatedRecordFields;
    };
  };
  export default common;
}
