#!/bin/sh
# Writes the daemon's properties from the environment and becomes the daemon, so that it gets the container's SIGTERM.
# The properties are those of pipeline/hosts/kcl/daemon-properties.ts, which says why; a test holds the two together.
set -eu
: "${TIDEMARK_STREAM:?}" "${TIDEMARK_KCL_APPLICATION:?}" "${AWS_REGION:?}"
folder="${TIDEMARK_KCL_FOLDER:-/opt/kcl}"
properties="${TIDEMARK_KCL_PROPERTIES:-/tmp/worker.properties}"

# TRIM_HORIZON, LATEST, or an instant in epoch seconds.
case "${TIDEMARK_KCL_START:-TRIM_HORIZON}" in
  TRIM_HORIZON | LATEST) start="initialPositionInStream = ${TIDEMARK_KCL_START:-TRIM_HORIZON}" ;;
  *) start="initialPositionInStreamExtended = ${TIDEMARK_KCL_START}" ;;
esac

cat > "$properties" <<END
executableName = node --enable-source-maps $folder/processor/index.mjs
applicationName = $TIDEMARK_KCL_APPLICATION
streamName = $TIDEMARK_STREAM
regionName = $AWS_REGION
processingLanguage = nodejs
AwsCredentialsProvider = DefaultCredentialsProvider
$start
retrievalMode = POLLING
maxRecords = ${TIDEMARK_KCL_RECORDS:-2000}
failoverTimeMillis = 15000
skipShardSyncAtWorkerInitializationIfLeasesExist = true
validateSequenceNumberBeforeCheckpointing = false
callProcessRecordsEvenForEmptyRecordList = false
shutdownGraceMillis = 20000
metricsLevel = NONE
END

# For a look at the properties without a daemon.
[ "${1:-}" = --print ] && exec cat "$properties"
exec java -XX:MaxRAMPercentage=25 -XX:+ExitOnOutOfMemoryError -cp "$folder/jars/*" \
  software.amazon.kinesis.multilang.MultiLangDaemon \
  --properties-file "$properties" --log-configuration "$folder/logback.xml"
