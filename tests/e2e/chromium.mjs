// A real Chromium for end-to-end tests: one for a test file, a tab of its own for each test.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { patience } from './support.mjs';

const { chromium } = createRequire(new URL('../../web/package.json', import.meta.url))('playwright-core');
const pictures = fileURLToPath(new URL('../../build/e2e', import.meta.url));

const executablePath =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
export const noBrowser = executablePath ? false : 'no Chromium is installed';

// SLOWER=6 makes pages run six times slower, to find what depends on a fast machine.
const rate = Number(process.env.SLOWER ?? 1);

// A browser for the time of a test.
export async function launch(t) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: patience });
  t.after(() => browser.close());
  if (rate <= 1) return browser;
  const { newContext } = browser;
  browser.newContext = async (...options) => {
    const context = await newContext.apply(browser, options);
    context.on('page', async (page) => (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate }).catch(() => {}));
    return context;
  };
  return browser;
}

// { tab(), picture(tab, name), problems }: `problems` gathers what pages log as errors, requests that fail and exceptions.
export async function browse(t, server, options = {}) {
  const browser = await launch(t);
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: 'en-US', ...options });
  const problems = [];
  mkdirSync(pictures, { recursive: true });
  const tab = async (page) => {
    const made = await context.newPage();
    made.setDefaultTimeout(patience);
    made.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    made.on('pageerror', (error) => problems.push(error.message));
    made.on('response', (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`));
    await made.goto(`${server.origin}/$lib/renderer/?w=${page}`);
    await made.locator('html[data-ready=true]').waitFor();
    return made;
  };
  return { tab, context, problems, picture: (shown, name) => shown.screenshot({ path: `${pictures}/${name}.png` }) };
}
