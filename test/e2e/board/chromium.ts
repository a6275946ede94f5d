import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** Where systems put it; `TIDEMARK_CHROMIUM` names another place. */
const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The system's Chromium; undefined where there is none that starts: what a package leaves there may only tell of another one. */
export function findChromium(): string | undefined {
  const named = process.env.TIDEMARK_CHROMIUM;
  return (named ? [named] : usualPaths).find(starts);
}

function starts(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A browser without a window. Containers seldom let it have its sandbox, and it opens nothing but our own pages here. */
export function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
