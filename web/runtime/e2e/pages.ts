// Pictures of all pages of a project folder: npm run pages -- FOLDER [OUT [REST]]
// REST is the address of a running server whose data is shown; without it data is invented.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startHost } from './host';
import { openProject } from './project';

const [folder, out = 'shots', rest] = process.argv.slice(2).filter((argument) => argument !== '--');
if (!folder) throw new Error('usage: npm run pages -- FOLDER [OUT]');
mkdirSync(out, { recursive: true });
const built = process.env['QODLY_WEB_OUT'] ?? join(new URL('.', import.meta.url).pathname, '../../../build/web/renderer');
const project = openProject(folder);
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const host = await startHost({
  built,
  mock: project.mock,
  settings: { preview: true },
  shared: project.shared,
  sharedFolder: project.sharedFolder,
  ...(rest ? { rest } : {}),
});
for (const name of project.pages) {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  const seen = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.add(message.text());
  });
  page.on('pageerror', (error) => {
    seen.add(`EXCEPTION ${String(error)}`);
  });
  await page.goto(`${host.url}/$lib/renderer/?w=${encodeURIComponent(name)}`);
  await page.waitForSelector('html[data-ready]');
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(out, `${name}.png`) });
  console.log(`== ${name}`);
  for (const text of seen) console.log(`   ${text}`);
  await page.close();
}
await host.close();
await browser.close();
