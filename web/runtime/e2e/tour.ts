// Visits every page of a project folder as it is, over its real server, and reports what is wrong with it:
//   npm run tour -- FOLDER [--out DIR] [--page NAME[,NAME]] [--click] [--mock] [--url ADDRESS] [--first FILE] [--query TEXT]
//     [--data DIR] [--web DIR]
// For each page: console errors, failed requests, placeholders, static texts of the page file that are not on the screen,
// icons without a glyph, lists without rows; a picture. --mock shows the pages over invented data instead of the server's. --click presses everything that can be pressed, one after the
// other, and reports what that brings. --web DIR shows the pages with the runtime built there, not the server's. --first names a JSON file with what to do
// before, for data and login: a list of { "open": page }, { "click": selector }, { "fill": [selector, text] },
// { "post": [path, body] }.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { asArray, asBoolean, asObject, asText, type Json } from '../src/base/json';
import { readPage, type NodeDef, type PageDef } from '../src/model/page';
import { plainText } from '../src/view/rich';
import { startHost } from './host';
import { openProject } from './project';
import { startServer, type RunningServer } from './server';

const { values: option, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'tour' },
    page: { type: 'string', default: '' },
    click: { type: 'boolean', default: false },
    mock: { type: 'boolean', default: false },
    url: { type: 'string', default: '' },
    first: { type: 'string', default: '' },
    query: { type: 'string', default: '' },
    web: { type: 'string', default: '' },
    data: { type: 'string', default: '' },
    size: { type: 'string', default: '1360x850' },
  },
});
const folder = positionals[0];
if (folder === undefined)
  throw new Error('usage: npm run tour -- FOLDER [--out DIR] [--page NAME] [--click] [--url ADDRESS] [--mock]');

const clicksPerPage = 40;
const pressable = [
  'button:visible',
  '[role="button"]:visible',
  '[role="tab"]:visible',
  '.fd-datatable .row:visible >> nth=0',
  '.fd-datatable .header-cell:visible >> nth=0',
  '.fd-matrix .innerScrollContainer > div:visible >> nth=0',
];

interface PageFile {
  name: string;
  def: PageDef;
}

function pagesOf(root: string): PageFile[] {
  const sources = [join(root, 'Project/Sources'), join(root, 'Sources')].find((path) => existsSync(path)) ?? root;
  const found = new Map<string, PageFile>();
  for (const [place, ending] of [
    ['WebForms', '.WebForm'],
    ['WebForms', '.page'],
    ['Pages', '.page'],
  ] as const) {
    const path = join(sources, place);
    for (const file of existsSync(path) ? readdirSync(path) : []) {
      const name = basename(file, ending);
      if (extname(file) !== ending || found.has(name)) continue;
      const text = readFileSync(join(path, file), 'utf8').replace(/^\uFEFF/, '');
      found.set(name, { name, def: readPage(name, JSON.parse(text) as Json) });
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Static texts that stand on the page as it opens: not in dialogs, repeated boxes, later tabs or hidden parts. */
function expectedTexts(def: PageDef): string[] {
  const texts: string[] = [];
  const visit = (node: NodeDef | undefined): void => {
    if (!node || ['Dialog', 'Matrix', 'SelectBox', 'Popover', 'Timeline'].includes(node.type)) return;
    if (asText(asObject(node.props['style'])['display']) === 'none' || node.overrides.size > 0) return;
    if (node.type === 'Text')
      for (const paragraph of asArray(node.props['doc']))
        for (const leaf of asArray(asObject(paragraph)['children'])) {
          const item = asObject(leaf);
          if (item['type'] === undefined && !asBoolean(item['isDataSource'])) texts.push(asText(item['text']));
        }
    if (node.type === 'Button' || node.type === 'FileUpload' || node.type === 'Label')
      texts.push(plainText(asText(node.props['text'])));
    if (node.type === 'DataTable')
      for (const column of asArray(node.props['columns'])) texts.push(asText(asObject(column)['title']));
    for (const id of node.nodes) visit(def.nodes.get(id));
    const hidden = asText(node.props['labelPosition']) === 'hidden';
    for (const [slot, id] of Object.entries(node.linked)) {
      if ((slot === 'label' && hidden) || node.type === 'Tabs') continue;
      visit(def.nodes.get(id));
    }
  };
  visit(def.nodes.get('ROOT'));
  return [...new Set(texts.map(squeeze).filter((text) => text !== ''))];
}

const squeeze = (text: string): string => text.replace(/[\s\u00a0\u200b]+/g, ' ').trim();

/** Collects what goes wrong on a page while it is open. */
class Watch {
  private readonly seen = new Map<string, number>();
  constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.note(`console ${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => {
      this.note(`exception: ${String(error)}`);
    });
    page.on('requestfailed', (request) => {
      if (request.failure()?.errorText !== 'net::ERR_ABORTED')
        this.note(`request failed: ${request.url()} ${request.failure()?.errorText ?? ''}`);
    });
    page.on('response', (response) => {
      if (response.status() < 400) return;
      const { pathname, search } = new URL(response.url());
      void response
        .text()
        .catch(() => '')
        .then((body) => {
          this.note(
            `${response.status()} ${response.request().method()} ${pathname}${decodeURIComponent(search)} -> ${body.slice(0, 300)}`,
          );
        });
    });
  }
  note(text: string): void {
    this.seen.set(text, (this.seen.get(text) ?? 0) + 1);
  }
  take(): string[] {
    const lines = [...this.seen].map(([text, count]) => (count > 1 ? `${text} (${count} times)` : text));
    this.seen.clear();
    return lines;
  }
}

async function settled(page: Page, longest = 10_000): Promise<void> {
  await page.waitForSelector('html[data-ready]', { timeout: 20_000, state: 'attached' }).catch(() => undefined);
  await page.waitForLoadState('networkidle', { timeout: longest }).catch(() => undefined);
  await page
    .waitForFunction(() => document.querySelector('.qodly-progress[data-busy="true"]') === null, null, { timeout: longest })
    .catch(() => undefined);
}

const open = async (page: Page, address: string, name: string): Promise<void> => {
  await page.goto(`${address}/$lib/renderer/?w=${encodeURIComponent(name)}${option.query ? `&${option.query}` : ''}`);
  await settled(page);
};

async function look(page: Page, file: PageFile, watch: Watch): Promise<void> {
  const shown = squeeze(await page.evaluate(() => document.body.textContent ?? ''));
  const missing = expectedTexts(file.def).filter((text) => !shown.includes(text));
  for (const text of missing) watch.note(`text not on the page: "${text}"`);
  const odd = await page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('.fd-unknown'))
      found.push(`placeholder of ${element.getAttribute('data-component') ?? '?'}`);
    for (const element of document.querySelectorAll('.fd-icon')) {
      const glyph = getComputedStyle(element, '::before').content;
      const inner = [...element.querySelectorAll('*')].some(
        (part) => !['none', '""'].includes(getComputedStyle(part, '::before').content),
      );
      if (['none', 'normal', '""'].includes(glyph) && !inner && element.querySelector('svg') === null)
        found.push(`icon without glyph: ${element.className}`);
    }
    for (const image of document.querySelectorAll('img'))
      if (image.complete && image.naturalWidth === 0 && image.src !== '')
        found.push(`image not loaded: ${image.src.slice(0, 200)}`);
    for (const table of document.querySelectorAll('.fd-datatable'))
      if (table.querySelector('.row') === null) found.push(`table without rows`);
    for (const list of document.querySelectorAll('.fd-matrix'))
      if (list.querySelector('.innerScrollContainer > div') === null) found.push(`matrix without items`);
    return found;
  });
  for (const text of odd) watch.note(text);
}

/** A page that no longer answers must not hold up the tour. */
function limited<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<T>((_, reject) => {
      setTimeout(() => {
        reject(new Error('the page does not answer'));
      }, 40_000).unref();
    }),
  ]);
}

/** Presses everything once; a page that was left is opened again. */
async function press(page: Page, address: string, file: PageFile, watch: Watch, out: string): Promise<string[]> {
  const report: string[] = [];
  const done = new Set<string>();
  const home = page.url();
  for (let i = 0; i < clicksPerPage; i++) {
    let target = null;
    let label = '';
    for (const selector of pressable) {
      for (const candidate of await page.locator(selector).all()) {
        label = await candidate
          .evaluate(
            (element) =>
              `${element.className.toString().split(' ').slice(0, 3).join('.')} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`,
          )
          .catch(() => '');
        if (label === '' || done.has(label)) continue;
        target = candidate;
        break;
      }
      if (target) break;
    }
    if (!target) break;
    done.add(label);
    try {
      await target.click({ timeout: 1500 });
    } catch (error) {
      const why = String(error)
        .split('\n')
        .find((line) => line.includes('intercepts') || line.includes('outside') || line.includes('disabled'));
      report.push(`  [${label}] cannot be pressed ${why?.trim() ?? ''}`);
      continue;
    }
    await settled(page);
    const lines = watch.take();
    const moved = page.url() !== home ? ` -> ${new URL(page.url()).search}` : '';
    const toasts = (
      await page
        .locator('.q-toast')
        .allInnerTexts()
        .catch(() => [])
    ).join(' | ');
    const dialogs = await page
      .locator('.fd-dialog:visible')
      .count()
      .catch(() => 0);
    report.push(`  [${label}]${moved}${toasts ? ` toast: ${toasts}` : ''}${dialogs ? ` dialogs: ${dialogs}` : ''}`);
    for (const line of lines) report.push(`      ${line}`);
    await page.screenshot({ path: join(out, `${file.name}-${String(i + 1).padStart(2, '0')}.png`) });
    if (moved) await open(page, address, file.name);
  }
  return report;
}

/** Gives out a runtime of its own in place of the one compiled into the server. */
async function replaceRuntime(context: BrowserContext, built: string): Promise<void> {
  await context.route('**/$lib/renderer/**', async (route) => {
    const path = decodeURIComponent(new URL(route.request().url()).pathname).slice('/$lib/renderer/'.length);
    if (path !== '') {
      await route.fulfill({ path: join(built, path) });
      return;
    }
    const answer = await route.fetch();
    const mark = /(<script[^>]*id="qodly-app"[^>]*>)([\s\S]*?)(<\/script>)/;
    const data = mark.exec(await answer.text())?.[2] ?? '{}';
    const shell = readFileSync(join(built, 'index.html'), 'utf8');
    await route.fulfill({
      response: answer,
      body: shell.replace(mark, (_, start: string, _old: string, end: string) => start + data + end),
    });
  });
}

interface Step {
  open?: string;
  click?: string;
  fill?: [string, string];
  post?: [string, unknown];
}

async function doFirst(context: BrowserContext, address: string, steps: readonly Step[]): Promise<void> {
  const page = await context.newPage();
  const watch = new Watch(page);
  for (const step of steps) {
    if (step.open !== undefined) await open(page, address, step.open);
    if (step.fill) await page.locator(step.fill[0]).first().fill(step.fill[1]);
    if (step.click !== undefined) await page.locator(step.click).first().click();
    if (step.post) {
      const answer = await page.request.post(address + step.post[0], { data: step.post[1], timeout: 300_000 });
      console.log(`first: ${step.post[0]} ${answer.status()} ${(await answer.text()).slice(0, 200)}`);
    }
    await settled(page, 120_000);
    console.log(
      `first: ${JSON.stringify(step)} ${(
        await page
          .locator('.q-toast')
          .allInnerTexts()
          .catch(() => [])
      ).join(' | ')}`,
    );
    for (const line of watch.take()) console.log(`   ${line}`);
  }
  await page.close();
}

async function tour(context: BrowserContext, address: string, root: string, out: string): Promise<void> {
  const only = option.page.split(',').filter(Boolean);
  const report: string[] = [];
  const say = (line: string): void => {
    report.push(line);
    console.log(line);
  };
  for (const file of pagesOf(root)) {
    if (only.length > 0 && !only.includes(file.name)) continue;
    const page = await context.newPage();
    const watch = new Watch(page);
    say(`== ${file.name}`);
    page.setDefaultTimeout(20_000);
    try {
      await limited(open(page, address, file.name));
      await limited(look(page, file, watch));
      await page.screenshot({ path: join(out, `${file.name}.png`) });
      for (const line of watch.take()) say(`   ${line}`);
      if (option.click) for (const line of await press(page, address, file, watch, out)) say(line);
    } catch (error) {
      say(`   TOUR FAILED ${String(error)}`);
    }
    await limited(page.close()).catch(() => undefined);
  }
  writeFileSync(join(out, 'report.txt'), report.join('\n'));
}

async function serverOf(root: string): Promise<RunningServer> {
  if (option.url !== '') return { url: option.url, errors: () => '', stop: () => Promise.resolve() };
  if (!option.mock) return startServer(root, 0, option.data === '' ? [] : ['--data', resolve(option.data)]);
  const built = process.env['QODLY_WEB_OUT'] ?? join(new URL('.', import.meta.url).pathname, '../../../build/web/renderer');
  const { mock, shared, sharedFolder } = openProject(root);
  const host = await startHost({ built, mock, settings: { preview: true }, shared, sharedFolder });
  return { url: host.url, errors: () => '', stop: host.close };
}

const root = resolve(folder);
const out = resolve(option.out);
mkdirSync(out, { recursive: true });
const [width = 1360, height = 850] = option.size.split('x').map(Number);
const server = await serverOf(root);
const address = server.url;
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const context = await browser.newContext({ viewport: { width, height } });
  if (option.web !== '') await replaceRuntime(context, resolve(option.web));
  if (option.first !== '') await doFirst(context, address, JSON.parse(readFileSync(option.first, 'utf8')) as Step[]);
  await tour(context, address, root, out);
} finally {
  await browser.close();
  await server.stop();
  if (server.errors() !== '') writeFileSync(join(out, 'server.txt'), server.errors());
}
