import { existsSync } from 'node:fs';
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

/** The system's Chromium; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env.TIDEMARK_CHROMIUM;
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  return usualPaths.find((path) => existsSync(path));
}

/** A browser without a window. Containers seldom let it have its sandbox, and it opens nothing but our own pages here. */
export function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
