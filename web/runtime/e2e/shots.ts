// Pictures of the demonstration pages, for a person to look through.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { demoServer, demoShared } from './demo';
import { startHost } from './host';

const built = process.env['QODLY_WEB_OUT'] ?? join(new URL('.', import.meta.url).pathname, '../../../build/web/renderer');
const out = process.env['QODLY_SHOTS'] ?? join(new URL('.', import.meta.url).pathname, '../../../build/web/shots');
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const theme of ['light', 'dark']) {
  const host = await startHost({
    built,
    mock: demoServer(),
    settings: { theme, preview: true },
    shared: demoShared,
    packages: join(new URL('.', import.meta.url).pathname, '../../sdk/examples'),
  });
  for (const name of ['Books', 'Controls', 'Charts', 'Kit']) {
    const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.on('console', (message) => {
      if (message.type() !== 'log') console.log(`${name}: ${message.text()}`);
    });
    page.on('pageerror', (error) => {
      console.log(`${name}: ${String(error)}`);
    });
    await page.goto(`${host.url}/$lib/renderer/?w=${name}`);
    await page.waitForSelector('html[data-ready]');
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(out, `${name}-${theme}.png`), fullPage: true });
    await page.close();
  }
  await host.close();
}
await browser.close();
