// Chromium as a meter: time from navigation until a page is usable, bytes that went over the wire, frames while scrolling,
// memory of the tab.
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';

const { chromium } = createRequire(new URL('../../web/package.json', import.meta.url))('playwright-core');
const candidates = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function launch() {
  return chromium.launch({ executablePath: candidates.find((path) => path && existsSync(path)), args: ['--no-sandbox'] });
}

// Runs in the page: notes the time of the first frame at which `usable` (an expression) holds.
function watcher(usable) {
  return `(() => {
    const look = () => {
      let holds = false;
      try { holds = Boolean(${usable}); } catch {}
      if (holds) window.usableAt = performance.now(); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`;
}

// Opens `url` with an empty cache: { time (ms), bytes }. `before(context)` may sign in first.
export async function opening(browser, { url, usable, before }) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  try {
    if (before) await before(context);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    session.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
    await page.addInitScript(watcher(usable));
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.usableAt, undefined, { timeout: 60_000 });
    const time = await page.evaluate(() => window.usableAt);
    await page.waitForLoadState('networkidle').catch(() => {});
    return { time, bytes };
  } finally {
    await context.close();
  }
}

// Scrolls the element `selector` by `step` pixels a frame, `frames` times: frames a second.
export function scrollSpeed(page, selector, step, frames) {
  return page.evaluate(async ({ selector: wanted, step: pixels, frames: number }) => {
    const element = document.querySelector(wanted);
    const frame = () => new Promise((resume) => requestAnimationFrame(resume));
    await frame();
    const begin = performance.now();
    for (let i = 0; i < number; i++) {
      element.scrollTop += pixels;
      await frame();
    }
    return (number * 1000) / (performance.now() - begin);
  }, { selector, step, frames });
}

// Private memory of the tab's process in MB, after its garbage is collected.
export async function tabMemory(browser, page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const privateKilobytes = (pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return [...text.matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0);
  };
  return Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => privateKilobytes(id))) / 1024;
}
