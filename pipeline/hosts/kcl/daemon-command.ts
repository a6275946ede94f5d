import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DaemonOptions, daemonProperties } from './daemon-properties.ts';

export interface DaemonCommandOptions {
  readonly properties: DaemonOptions;
  /** Folder of the daemon's jars. */
  readonly jars: string;
  /** Folder that the daemon's two files are written to. */
  readonly folder: string;
  /** Heap of the JVM, MiB. It holds what was read ahead of the processors. */
  readonly heapMiB: number;
  /** Further arguments of the JVM. */
  readonly jvm?: readonly string[];
}

/**
 * The daemon's log: on stdout, one line an entry. It would tell of every message to and from its processors at `INFO`,
 * and takes what they write to stderr for errors.
 */
const logging = `<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{yyyy-MM-dd'T'HH:mm:ss.SSSX,UTC} %-5level %logger{0} - %msg%n</pattern></encoder>
  </appender>
  <logger name="software.amazon.kinesis.multilang.MultiLangProtocol" level="WARN"/>
  <logger name="software.amazon.kinesis.multilang.MessageWriter" level="WARN"/>
  <logger name="software.amazon.kinesis.multilang.LineReaderTask" level="WARN"/>
  <root level="INFO"><appender-ref ref="OUT"/></root>
</configuration>
`;

/** Writes the daemon's properties and logging into the folder, and gives the arguments `java` starts it with. */
export async function writeDaemonCommand(options: DaemonCommandOptions): Promise<readonly string[]> {
  const propertiesPath = join(options.folder, 'daemon.properties');
  const loggingPath = join(options.folder, 'logback.xml');
  await writeFile(propertiesPath, daemonProperties(options.properties));
  await writeFile(loggingPath, logging);
  return [
    `-Xmx${options.heapMiB}m`,
    ...(options.jvm ?? []),
    ...['-cp', join(options.jars, '*')],
    'software.amazon.kinesis.multilang.MultiLangDaemon',
    ...['--properties-file', propertiesPath, '--log-configuration', loggingPath],
  ];
}
