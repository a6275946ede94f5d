import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface VisitorOptions {
  readonly origin: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
}

/** Someone who looks at the board, and what their browser had to complain about. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught errors, violations of the page's policy, requests to other hosts, and marks left by injected scripts. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
}

/** What scripts of the page leave behind for the checks; set before any of them runs. */
interface Witnessed {
  __violations: string[];
  __streamed: string[];
  __injected?: unknown;
}

/** Opens a browser profile of its own. */
export async function welcome(
  browser: Browser,
  { origin, theme = 'light', width = 1440 }: VisitorOptions,
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: origin,
    colorScheme: theme,
    viewport: { width, height: width < 500 ? 844 : 900 },
    reducedMotion: 'reduce',
  });
  // Running from source, functions carry calls of this helper that the page does not have.
  await context.addInitScript('globalThis.__name ??= (named) => named;');
  await context.addInitScript(witness);
  // Machines that build and test at the same time are slow.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const heard: string[] = [];
  page.on('pageerror', (error) => heard.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    heard.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== 'data:') heard.push(`asked another host: ${url.origin}`);
  });
  return {
    page,
    context,
    async complaints() {
      const witnessed = await page.evaluate(() => {
        const { __violations, __injected } = window as unknown as Witnessed;
        return [...__violations, ...(__injected === undefined ? [] : ['an injected script ran'])];
      });
      return [...heard, ...witnessed];
    },
    close: () => context.close(),
  };
}

/** Ids of the alerts that came over the wire, in the order they came, repeats and all. */
export function streamedIds(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as Witnessed).__streamed);
}

/** Waits until so many alerts came over the wire. @throws after three minutes */
export async function untilStreamed(page: Page, count: number): Promise<void> {
  await page.waitForFunction((least) => (window as unknown as Witnessed).__streamed.length >= least, count, {
    timeout: 180_000,
  });
}

/** Runs in the page. Listens to the alert stream beside the board, before the board leaves repeats out. */
function witness(): void {
  const seen = window as unknown as Witnessed;
  seen.__violations = [];
  seen.__streamed = [];
  addEventListener('securitypolicyviolation', (event) => {
    seen.__violations.push(
      `policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
    );
  });
  const original = window.fetch;
  window.fetch = async (input, init) => {
    const response = await original(input, init);
    if (!String(input).startsWith('/v1/alerts/stream') || response.body === null) return response;
    const [forBoard, beside] = response.body.tee();
    void listen(beside);
    return new Response(forBoard, { status: response.status, headers: response.headers });
  };
  async function listen(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .getReader();
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const messages = (rest + value).split('\n\n');
        rest = messages.pop() ?? '';
        for (const message of messages) {
          const id = /^id: (.+)$/m.exec(message)?.[1];
          if (id !== undefined && !message.startsWith('event: following')) seen.__streamed.push(id);
        }
      }
    } catch {
      // The connection broke, as it is meant to when the server is killed.
    }
  }
}
