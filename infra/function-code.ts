import { dirname, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { projectRoot, writeBoard, writeBundle } from './bundle-entry.ts';
import { entryPath, type FunctionName } from './function-definitions.ts';

/** A function's bundle as an asset of the deployment: `index.mjs`, whose `handler` Lambda calls; of the API with its board. */
export function functionCode(name: FunctionName): Code {
  const entry = entryPath(name);
  return Code.fromAsset(dirname(join(projectRoot, entry)), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: the local bundling below always does the work.
      image: DockerImage.fromRegistry('unused'),
      // Part of what CDK tells two bundlings of one folder apart by.
      environment: { ENTRY: name },
      local: {
        tryBundle(folder) {
          writeBundle(entry, folder);
          if (name === 'serve-api') writeBoard(folder);
          return true;
        },
      },
    },
  });
}
