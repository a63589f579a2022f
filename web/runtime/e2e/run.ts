// User journeys in a real browser against the mock server. Prints one line a journey; exit code 1 when one fails.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { JsonObject } from '../src/base/json';
import { demoPackage, demoServer, demoShared, uploadPage } from './demo';
import { violations } from './axe';
import { chromiumArguments, findChromium } from './chromium';
import { componentJourneys } from './component_journeys';
import { checkGallery } from './gallery';
import { startHost } from './host';
import { patience, until, type Journey } from './journey';

const here = new URL('.', import.meta.url).pathname;
const built = process.env['QODLY_WEB_OUT'] ?? join(here, '../../../build/web/renderer');
const shots = process.env['QODLY_SHOTS'] ?? join(here, '../../../build/web/shots');
const count = (page: Page): Promise<string> => page.locator('.q-row', { hasText: 'books' }).first().innerText();
const rowsOf = (page: Page): Promise<string[]> => page.locator('.fd-datatable .row .col-title').allInnerTexts();
const journeys: Record<string, Journey> = {
  async 'a page shows its data, one request for each need'({ open, mock }) {
    const page = await open('Books');
    await until('count', async () => (await count(page)).includes('300 books'));
    await until('rows', async () => (await rowsOf(page))[0] === 'Tidal Maps 1');
    const reads = mock.log.filter((request) => request.path === '/Book');
    assert.equal(reads.length, 1);
    assert.ok(!(reads[0]?.query.get('$attributes') ?? '').includes('meta'));
  },
  async 'a selected row fills the form, an edit shows in the row at once, saving sends it'({ open, mock }) {
    const page = await open('Books');
    await page.locator('.fd-datatable .row').nth(2).click();
    const field = page.getByLabel('Title', { exact: true });
    await until('form', async () => (await field.inputValue()) === 'Amber Letters 3');
    await field.fill('Changed title');
    await field.press('Enter');
    await until('row', async () => (await rowsOf(page))[2] === 'Changed title');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(mock.table('Book').get('3')?.values['title'], 'Changed title');
    const save = mock.log.filter((request) => request.query.get('$method') === 'update').at(-1);
    assert.deepEqual(save?.body, { __KEY: '3', __STAMP: 1, title: 'Changed title' });
  },
  async 'a conflict is shown at the field and can be resolved'({ open, mock }) {
    const page = await open('Books');
    const field = page.getByLabel('Title', { exact: true });
    await until('form', async () => (await field.inputValue()) === 'Tidal Maps 1');
    mock.elsewhere('Book', '1', { title: 'Theirs' });
    await field.fill('Mine');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Changed elsewhere to “Theirs”').waitFor();
    assert.equal(await field.inputValue(), 'Mine');
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(mock.table('Book').get('1')?.values['title'], 'Mine');
  },
  async 'scrolling fetches pages on demand'({ open, mock }) {
    const page = await open('Books');
    await until('rows', async () => (await rowsOf(page)).length > 0);
    await page.locator('.fd-datatable .Grid').evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await until('last row', async () => (await rowsOf(page)).some((text) => text.endsWith(' 300')));
    assert.ok(mock.log.filter((request) => request.path.startsWith('/Book/$entityset')).length <= 3);
  },
  async 'sorting by header, search while typing, function results, toasts and effects of server code'({ open }) {
    const page = await open('Books');
    await page.getByRole('columnheader', { name: 'Price' }).click();
    await until('sorted', async () =>
      (await page.locator('.fd-datatable .row .col-price').first().innerText()).startsWith('10.00'),
    );
    await until(
      'header',
      async () => (await page.getByRole('columnheader', { name: 'Price' }).getAttribute('aria-sort')) === 'ascending',
    );
    await page.getByLabel('Search').fill('quiet');
    await until('found', async () => {
      const found = await rowsOf(page);
      return found.length > 0 && found.every((text) => text.startsWith('Quiet'));
    });
    await page.getByRole('button', { name: 'Cheap' }).click();
    await until('function result', async () => /books/.test(await count(page)) && !/300/.test(await count(page)));
    await page.getByRole('button', { name: 'Greet' }).click();
    await page.locator('.q-toast', { hasText: 'Hello Ada' }).waitFor();
    await page.locator('.fd-stylebox.card', { hasText: 'Hello Ada' }).waitFor();
  },
  async 'a dialog holds the focus, closes with Escape, and deletes'({ open, mock }) {
    const page = await open('Books');
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    for (let i = 0; i < 6; i++) await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null));
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(mock.table('Book').has('1'), false);
    await until('row gone', async () => (await rowsOf(page))[0] === 'Quiet Harbour 2');
  },
  async 'keyboard alone: table rows, select box, tabs'({ open }) {
    const page = await open('Books');
    await until('first row', async () => (await page.getByLabel('Title', { exact: true }).inputValue()) === 'Tidal Maps 1');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await until('second row', async () => (await page.getByLabel('Title', { exact: true }).inputValue()) === 'Quiet Harbour 2');
    await page.keyboard.press('End');
    await until('last row', async () => (await page.getByLabel('Title', { exact: true }).inputValue()).endsWith(' 300'));
    await page.locator('.fd-selectbox__toggle_button').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.type('sorel');
    await until(
      'searched',
      async () =>
        (await page.getByRole('option').count()) === 1 && (await page.getByRole('option').first().innerText()).includes('Sorel'),
    );
    await page.keyboard.press('Enter');
    await until('chosen', async () => (await page.locator('.fd-selectbox__toggle_button').innerText()).includes('Sorel'));
  },
  async 'a lost connection shows a banner, nothing typed is lost, work goes on afterwards'({ open, mock }) {
    const page = await open('Books');
    await page.getByLabel('Title', { exact: true }).fill('Typed offline');
    mock.offline = true;
    // Each failure counts; a click while the one before is still under way is none.
    await until('banner', async () => {
      await page.getByRole('button', { name: 'Save' }).click();
      return page.getByText('Connection lost').isVisible();
    });
    assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), 'Typed offline');
    mock.offline = false;
    await page.getByText('Connection restored').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await until('saved', () => Promise.resolve(mock.table('Book').get('1')?.values['title'] === 'Typed offline'));
  },
  async 'controls write their sources'({ open }) {
    const page = await open('Controls');
    await page.getByRole('radio', { name: 'Gamma' }).first().click();
    await until('select follows', async () => (await page.getByRole('combobox', { name: 'Select' }).inputValue()) === 'c');
    await page.getByRole('slider').first().focus();
    await page.keyboard.press('ArrowRight');
    for (const i of [0, 1])
      await until('slider', async () => (await page.getByRole('slider').nth(i).getAttribute('aria-valuenow')) === '45');
    await page.getByRole('row', { name: 'Ben' }).click();
    await page.getByText('Chosen: Ben').waitFor();
    await page.getByRole('tab', { name: 'First' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Content of the second tab').waitFor();
    await page.getByRole('button', { name: 'Choose a date' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /March 20, 2025/ })
      .click();
    await until('date', async () => /20/.test(await page.getByLabel('Date', { exact: true }).inputValue()));
  },
  async 'a chosen file is sent and saved with the entity'({ open, mock }) {
    mock.pages.set('Upload', uploadPage());
    const page = await open('Upload');
    await page.locator('input[type=file]').setInputFiles({
      name: 'cover.png',
      mimeType: 'image/png',
      buffer: Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      ),
    });
    await page.getByText('cover.png').waitFor();
    await page.locator('.fd-image img[src^="blob:"]').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await until('saved', () => Promise.resolve(mock.log.some((request) => request.query.get('$method') === 'update')));
    const id = [...mock.uploads.keys()][0];
    assert.deepEqual((mock.log.find((request) => request.query.get('$method') === 'update')?.body as JsonObject)['cover'], {
      ID: id,
    });
    await page.locator('input[type=file]').setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(3000) });
    await page.getByText('larger than 2 KB').waitFor();
    assert.equal(mock.uploads.size, 1);
  },
  async 'components of an SDK package: bound, firing events, with slots; one that throws leaves the rest'({ open }) {
    const page = await open('Custom');
    await page.getByRole('button', { name: 'Copies: 3' }).click();
    await page.getByRole('button', { name: 'Copies: 4' }).click();
    await page.getByRole('button', { name: 'Copies: 100' }).waitFor();
    await page.getByText('after', { exact: true }).waitFor();
    await until('slots', async () => (await page.locator('.fd-strip li').allInnerTexts()).join().includes('Quiet Harbour 2'));
    await until('the one that throws', async () => (await page.locator('.fd-unknown[data-component=Faulty]').count()) === 1);
  },
  async 'the example packages of the kit'({ open }) {
    const page = await open('Kit');
    await page.getByRole('radio', { name: '5 of 5' }).check({ force: true });
    await page.getByText('5 stars', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Order wood' }).click();
    await page.getByText('Chosen: Order wood').waitFor();
  },
  async 'classes: local ones stay in their page, shared ones win over local ones of the same name, themes apply'({ open, mock }) {
    const label = (id: string, classNames: string[]): JsonObject => ({
      [id]: {
        type: { resolvedName: 'Text' },
        props: { classNames, doc: [{ type: 'paragraph', children: [{ text: id }] }] },
        nodes: [],
        linkedNodes: {},
      },
    });
    const root = (nodes: string[]): JsonObject => ({
      ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes, linkedNodes: {} },
    });
    mock.pages.set('Inner', { metadata: { styles: [] }, components: { ...root(['inner']), ...label('inner', ['mine', 'p-4']) } });
    mock.pages.set('Outer', {
      metadata: {
        styles: [
          { name: 'mine', content: 'self { color: rgb(1, 2, 3); }' },
          { name: 'title', content: 'self { font-size: 5px; font-style: italic; }' },
        ],
      },
      components: {
        ...root(['outer', 'same', 'load']),
        ...label('outer', ['mine']),
        ...label('same', ['title']),
        load: { type: { resolvedName: 'WebformLoader' }, props: { webform: 'Inner' }, nodes: [], linkedNodes: {} },
      },
    });
    const page = await open('Outer');
    const style = (text: string, property: string): Promise<string> =>
      page
        .locator('.fd-text', { hasText: text })
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    await until('own class', async () => (await style('outer', 'color')) === 'rgb(1, 2, 3)');
    await until('utility', async () => (await style('inner', 'padding-left')) === '16px');
    assert.notEqual(await style('inner', 'color'), 'rgb(1, 2, 3)');
    assert.equal(await style('same', 'font-size'), '22px');
    assert.equal(await style('same', 'font-style'), 'italic');
  },
  async 'the gallery: every component looks as it is kept, light, dark and from right to left, and is accessible'({ browser }) {
    await checkGallery({ browser, built, out: join(shots, 'gallery') });
  },
  ...componentJourneys,
  async 'accessible: no violation of axe on any page'({ open }) {
    for (const name of ['Books', 'Controls', 'Charts']) {
      const page = await open(name);
      await openPopups(page, name);
      assert.deepEqual(await violations(page), [], name);
    }
  },
};

/** Menus, pickers and dialogs take part in the check of accessibility. */
async function openPopups(page: Page, name: string): Promise<void> {
  if (name === 'Controls') await page.getByRole('button', { name: 'Choose a date' }).click();
  if (name !== 'Books') return;
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.fd-selectbox__toggle_button').click();
  await page.getByRole('option').first().waitFor();
}

/** JavaScript of a simple page: what `index.html` loads at once. */
function checkSize(): void {
  const shell = readFileSync(join(built, 'index.html'), 'utf8');
  const first = /<script type="module"[^>]* src="\.\/([^"]+)"/.exec(shell)?.[1] ?? '';
  assert.doesNotMatch(readFileSync(join(built, first), 'utf8'), /\bfrom\s*"\.\//, 'the entry waits for another script');
  const entry = shell.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g);
  const files = new Set([...entry].map((match) => match[1] ?? ''));
  for (const file of files)
    for (const match of readFileSync(join(built, file), 'utf8').matchAll(/(?:\bimport|\bfrom|\})\s*"\.\/([^"]+\.js)"/g))
      files.add(`assets/${match[1] ?? ''}`);
  const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
  console.log(
    `   JavaScript of a simple page: ${(size / 1024).toFixed(1)} KB gzip (${readdirSync(join(built, 'assets')).length} files in all)`,
  );
  assert.ok(size < 120 * 1024, 'the simple page has grown over 120 KB of JavaScript');
}

async function run(name: string, browser: Browser, settings: JsonObject): Promise<boolean> {
  const mock = demoServer();
  const host = await startHost({
    built,
    mock,
    settings,
    shared: demoShared,
    package: demoPackage,
    packages: join(here, '../../sdk/examples'),
  });
  const problems: string[] = [];
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    locale: 'en-US',
    bypassCSP: name.startsWith('accessible'),
  });
  const open = async (page: string): Promise<Page> => {
    const tab = await context.newPage();
    tab.setDefaultTimeout(patience);
    tab.on('pageerror', (error) => {
      problems.push(String(error));
    });
    await tab.goto(`${host.url}/$lib/renderer/?w=${page}`);
    await tab.waitForSelector('html[data-ready]');
    await tab.waitForLoadState('networkidle');
    return tab;
  };
  try {
    await journeys[name]?.({ browser, mock, url: host.url, open, problems });
    assert.deepEqual(problems, []);
    console.log(`ok   ${name}`);
    return true;
  } catch (error) {
    mkdirSync(shots, { recursive: true });
    await context
      .pages()
      .at(-1)
      ?.screenshot({ path: join(shots, `failed-${name.replace(/\W+/g, '-').slice(0, 40)}.png`) });
    console.log(`FAIL ${name}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return false;
  } finally {
    await context.close();
    await host.close();
  }
}

const only = process.argv.slice(2).find((argument) => argument !== '--');
checkSize();
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments, timeout: patience });
const failed: string[] = [];
for (const name of Object.keys(journeys))
  if (!only || name.includes(only)) if (!(await run(name, browser, {}))) failed.push(name);
await browser.close();
if (failed.length > 0) {
  console.log(`${failed.length} journeys failed: ${failed.join('; ')}`);
  process.exit(1);
}
