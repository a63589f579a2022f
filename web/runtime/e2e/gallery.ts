// The gallery: every component in every variant, light, dark and from right to left. Pictures for a person to look through, compared
// with small ones that are kept beside this file; each page is checked by axe.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Json } from '../src/base/json';
import { galleryDay, galleryPage, galleryPages, type GalleryPage } from '../test/mock/gallery';
import { libraryData, libraryModel } from '../test/mock/model';
import { page as pageOf, text } from '../test/mock/pages';
import { MockServer } from '../test/mock/server';
import { violations } from './axe';
import { startHost } from './host';
import { patience } from './journey';

const kept = join(new URL('.', import.meta.url).pathname, 'gallery');
/** Pictures are compared this much smaller: edges of letters that differ by a shade vanish. */
const shrink = 4;
/** Share of the small picture's pixels that may differ. */
const tolerance = 0.01;
/** How long a page may take to look as it is kept, in milliseconds. */
const settling = 15_000;
const low = { width: 1180, height: 360 };

export interface GalleryOptions {
  browser: Browser;
  built: string;
  /** Where full pictures and differences go. */
  out: string;
  /** Keeps the new pictures instead of comparing. */
  update: boolean;
  /** Part of the names of pages that are wanted. */
  only?: string | undefined;
}

/** What is wrong, one line each; empty when all pages look as kept and axe finds nothing. */
export async function runGallery(options: GalleryOptions): Promise<string[]> {
  const mock = new MockServer(libraryModel, libraryData(12));
  mock.pages.set('Inner', pageOf([], [text('A page inside this page')]));
  const pages = galleryPages().filter((page) => options.only === undefined || page.name.toLowerCase().includes(options.only));
  for (const page of pages) mock.pages.set(page.name, galleryPage(page));
  const host = await startHost({ built: options.built, mock, settings: { preview: true } as Record<string, Json>, shared: {} });
  const problems: string[] = [];
  mkdirSync(options.out, { recursive: true });
  if (options.update) mkdirSync(kept, { recursive: true });
  try {
    for (const locale of ['en-US', 'ar-EG']) {
      const context = await newContext(options.browser, locale);
      for (const page of pages) {
        const tab = await openPage(context, `${host.url}/$lib/renderer/?w=${encodeURIComponent(page.name)}`, page, problems);
        for (const mode of locale === 'en-US' ? ['light', 'dark'] : ['rtl']) {
          if (mode === 'dark') await turnDark(tab);
          const name = `${page.name.toLowerCase().replace(/\W+/g, '-')}-${mode}`;
          problems.push(...(await picture(tab, name, options)));
          problems.push(...(await violations(tab)).map((found) => `${name}: ${found}`));
        }
        await tab.close();
      }
      await context.close();
    }
  } finally {
    await host.close();
  }
  return problems;
}

function newContext(browser: Browser, locale: string): Promise<BrowserContext> {
  return browser.newContext({
    locale,
    timezoneId: 'UTC',
    viewport: low,
    reducedMotion: 'reduce',
    bypassCSP: true, // for axe alone: the journeys run under the policy
  });
}

async function openPage(context: BrowserContext, url: string, page: GalleryPage, problems: string[]): Promise<Page> {
  const tab = await context.newPage();
  tab.setDefaultTimeout(patience);
  tab.on('pageerror', (error) => {
    problems.push(`${page.name}: ${String(error)}`);
  });
  await tab.clock.setFixedTime(new Date(`${galleryDay}T10:00:00Z`));
  await tab.goto(url);
  await tab.waitForSelector('html[data-ready]');
  await tab.evaluate(() => {
    document.documentElement.style.setProperty('--q-font', "'DejaVu Sans', sans-serif");
  });
  await tab.waitForLoadState('networkidle');
  await tab.waitForFunction(() => document.querySelector('.q-wait:empty, .q-loading') === null);
  for (const selector of page.clicks ?? []) await tab.locator(selector).first().click();
  await fit(tab);
  return tab;
}

/** The window becomes as high as the page wants to be in a low one. */
async function fit(tab: Page): Promise<void> {
  await tab.setViewportSize(low);
  await tab.evaluate(() => document.fonts.ready.then(() => undefined));
  const height = await tab.evaluate(() => Math.max(document.querySelector('.fd-page')?.scrollHeight ?? 0, 200));
  await tab.setViewportSize({ ...low, height: Math.min(Math.ceil(height) + 8, 4000) });
}

async function turnDark(tab: Page): Promise<void> {
  await tab.evaluate(() => {
    document.documentElement.dataset['theme'] = 'dark';
  });
}

/** What a page shows may still be on its way: a picture that differs is taken again for a while. */
async function picture(tab: Page, name: string, options: GalleryOptions): Promise<string[]> {
  for (const end = Date.now() + settling; ; ) {
    const problems = compare(await tab.screenshot({ animations: 'disabled', caret: 'hide' }), name, options);
    if (problems.length === 0 || Date.now() > end) return problems;
    await fit(tab);
  }
}

function compare(data: Buffer, name: string, { out, update }: GalleryOptions): string[] {
  writeFileSync(join(out, `${name}.png`), data);
  const small = smaller(PNG.sync.read(data));
  const path = join(kept, `${name}.png`);
  if (update) {
    writeFileSync(path, PNG.sync.write(small, { colorType: 2, deflateLevel: 9 }));
    return [];
  }
  if (!existsSync(path)) return [`${name}: no picture is kept; run "npm run gallery -- --update" and look at it`];
  const before = PNG.sync.read(readFileSync(path));
  if (Math.abs(before.height - small.height) > 2 || before.width !== small.width)
    return [`${name}: the size is ${small.width}x${small.height}, it was ${before.width}x${before.height}`];
  const height = Math.min(before.height, small.height);
  const difference = new PNG({ width: small.width, height });
  const size = small.width * height * 4;
  const count = pixelmatch(before.data.subarray(0, size), small.data.subarray(0, size), difference.data, small.width, height, {
    threshold: 0.15,
    includeAA: true,
  });
  if (count <= tolerance * small.width * height) return [];
  writeFileSync(join(out, `${name}-difference.png`), PNG.sync.write(difference));
  return [`${name}: ${count} of ${small.width * height} points differ, see ${join(out, name)}-difference.png`];
}

/** Each point is the mean of a square of points. */
function smaller(source: PNG): PNG {
  const [width, height] = [Math.floor(source.width / shrink), Math.floor(source.height / shrink)];
  const result = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let dy = 0; dy < shrink; dy++)
          for (let dx = 0; dx < shrink; dx++)
            sum += source.data[((y * shrink + dy) * source.width + x * shrink + dx) * 4 + channel] ?? 0;
        result.data[(y * width + x) * 4 + channel] = Math.round(sum / shrink ** 2);
      }
  return result;
}

/** For the journeys: all of the gallery, as one test. */
export async function checkGallery(options: Omit<GalleryOptions, 'update'>): Promise<void> {
  assert.deepEqual(await runGallery({ ...options, update: false }), []);
}
