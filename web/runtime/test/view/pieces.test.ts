import { describe, expect, test } from 'vitest';
import { virtualWindow } from '@qodly/ui';
import { isSharedFile, safeAddress } from '../../src/app/browser';
import { applyTheme, chooseLocale, isRtl, readSettings } from '../../src/app/settings';
import { axisTicks, readChart } from '../../src/components/chart_data';
import { readDate } from '../../src/format/date';
import { acceptedTypes, sizeLimit } from '../../src/components/file_upload';
import { iconClasses } from '../../src/components/icon';
import { gridLayout } from '../../src/components/matrix';
import { readCall, readEffectsHeader } from '../../src/rest/decode';
import { keyRef } from '../../src/rest/client';
import { decodeEntities, plainText } from '../../src/view/rich';

describe('virtual lists', () => {
  test('a short list', () => {
    const window = virtualWindow(100, 40, { offset: 400, height: 200 }, 2);
    expect([window.first, window.end, window.total, window.place(10)]).toEqual([8, 17, 4000, 400]);
  });
  test('a list taller than browsers allow reaches both ends', () => {
    const size = 40;
    const count = 5_000_000;
    const top = virtualWindow(count, size, { offset: 0, height: 600 }, 0);
    expect([top.first, top.total]).toEqual([0, 15_000_000]);
    const bottom = virtualWindow(count, size, { offset: top.total - 600, height: 600 }, 0);
    expect(bottom.end).toBe(count);
    expect(bottom.place(count - 1)).toBeCloseTo(top.total - size, 0);
  });
  test('nothing', () => {
    expect(virtualWindow(0, 40, { offset: 0, height: 100 }, 4).end).toBe(0);
  });
});

test.each<[object, boolean, string, number, number]>([
  [{ styleboxHeight: 50, styleboxPercentWidth: '33.3%', enableMosaic: true }, false, '33.3%', 50, 3],
  [{ styleboxHeight: 50, styleboxPercentWidth: '50%' }, false, '50%', 50, 1],
  [{ styleboxHeight: 50, styleboxWidth: 200, enableMosaic: true }, false, '200px', 50, 5],
  [{ styleboxHeight: 50, styleboxWidth: 200 }, true, '200px', 50, 1],
  [{ enableFlex: true, flexProps: { nbOfRows: 2, nbOfColumns: 4 } }, false, '25%', 300, 4],
  [{ enableFlex: true, styleboxHeight: 90, flexProps: { nbOfRows: 1, nbOfColumns: 4 } }, true, '250px', 90, 1],
  [{}, false, '100%', 100, 1],
])('matrix layout %j', (props, horizontal, width, height, perLine) => {
  expect(gridLayout(props, { width: 1000, height: 600 }, horizontal)).toEqual({ width, height, perLine });
});

test.each<[unknown, string[], (number | null)[]]>([
  [
    [
      { label: 'a', value: 1 },
      { label: 'b', value: 2 },
    ],
    ['a', 'b'],
    [1, 2],
  ],
  [{ labels: ['x', 'y'], datasets: [{ label: 's', data: [3, 4] }] }, ['x', 'y'], [3, 4]],
  [{ series: [{ name: 's', data: [{ x: 'p', y: 5 }] }] }, ['p'], [5]],
  [{ labels: ['k'], series: [7] }, ['k'], [7]],
  [
    [1, 2],
    ['1', '2'],
    [1, 2],
  ],
  [null, [], []],
  ['text', [], []],
])('chart data %j', (source, labels, values) => {
  const data = readChart(source);
  expect(data.labels).toEqual(labels);
  expect(data.series[0]?.values ?? []).toEqual(values);
});
test('ticks are round', () => {
  expect(axisTicks(0, 22)).toEqual([0, 5, 10, 15, 20, 25]);
  expect(axisTicks(5, 5)).toEqual([5, 6]);
});

test.each([
  ['https://example.org', 'https://example.org'],
  ['/page', '/page'],
  ['javascript:alert(1)', 'about:blank'],
  [' JaVa\tScript:alert(1)', 'about:blank'],
  ['data:text/html,x', 'about:blank'],
  ['mailto:a@b.c', 'mailto:a@b.c'],
  ['vbscript:x', 'about:blank'],
])('address %s', (address, expected) => {
  expect(safeAddress(address)).toBe(expected);
});
test.each([
  ['/$shared/a/b.pdf', true],
  ['/$shared/folder', false],
  ['/other/a.pdf', false],
])('shared file %s', (address, expected) => {
  expect(isSharedFile(address)).toBe(expected);
});

describe('languages', () => {
  const settings = readSettings({ i18n: { supported: ['en', 'pt', { isocode: 'it', native: 'Italiano' }], primary: 'it' } });
  test.each([
    ['pt', ['en'], 'pt'],
    ['', ['pt-BR'], 'pt'],
    ['', ['ja', 'en'], 'en'],
    ['', ['ja'], 'it'],
    ['gone', ['ja'], 'it'],
  ])('stored %j, browser %j -> %s', (stored, browser, expected) => {
    expect(chooseLocale(settings, stored, browser)?.isocode).toBe(expected);
  });
  test('none supported', () => {
    expect(chooseLocale(readSettings({}), '', ['en'])).toBe(null);
    expect([isRtl('ar-EG'), isRtl('he'), isRtl('en')]).toEqual([true, true, false]);
  });
});

test.each<[string, string, string | null | undefined]>([
  ['3/9/2025', 'en-US', '2025-03-09'],
  ['3/9/2025', 'fr', '2025-09-03'],
  ['9.3.25', 'de', '2025-03-09'],
  ['2025-03-09', 'en-US', '2025-03-09'],
  ['', 'en', null],
  ['31/02/2025', 'fr', undefined],
  ['soon', 'en', undefined],
])('typed date %s (%s)', (text, locale, expected) => {
  expect(readDate(text, locale)).toBe(expected);
});

test('pieces', () => {
  expect(sizeLimit({ size: { value: 2, unit: 'MB' } })).toEqual({ bytes: 2 * 1024 * 1024, text: '2 MB' });
  expect(sizeLimit({ fileSizeLimit: '2048KB' })).toEqual({ bytes: 2048 * 1024, text: '2048 KB' });
  expect(sizeLimit({}).bytes).toBe(Infinity);
  expect(acceptedTypes('image/*')).toBe('image/*');
  expect(acceptedTypes(['image', 'video'])).toBe('image/*,video/*');
  expect(acceptedTypes(undefined)).toBe('');
  expect(iconClasses('fa-car')).toBe('fa fa-car');
  expect(iconClasses('fa-solid fa-plus')).toBe('fa-solid fa-plus');
  expect(iconClasses('')).toBe('');
  expect(decodeEntities('&lt;&#233;&#x41;&nope;')).toBe('<éA&nope;');
  expect(plainText('<b>A</b><!-- x --> &amp; B')).toBe('A & B');
  expect([keyRef('7'), keyRef('a b'), keyRef('x)y')]).toEqual(['(7)', '(%22a%20b%22)', '(%22x)y%22)']);
  expect(readCall({ result: null }).result).toEqual({ kind: 'value', value: null });
  expect(readCall({ ok: true }).result).toEqual({ kind: 'nothing' });
  expect(readCall({ __DATACLASS: 'A', __ENTITIES: [], __COUNT: 0 }).result.kind).toBe('selection');
  expect(readCall({ __DATACLASS: 'A', __KEY: '1' }).result.kind).toBe('entity');
  expect(readEffectsHeader(btoa('{"a":1}'))).toEqual({ a: 1 });
  expect(readEffectsHeader('%%%')).toBe(null);
});

describe('the theme of the application', () => {
  const documentWith = (dark: boolean): Document =>
    ({
      documentElement: { dataset: {} },
      defaultView: { matchMedia: () => ({ matches: dark, addEventListener: () => undefined }) },
    }) as unknown as Document;
  test.each([
    ['light', true, 'light'],
    ['dark', false, 'dark'],
    ['system', true, 'dark'],
    ['system', false, 'light'],
    ['purple', true, 'light'],
    [undefined, true, 'light'],
  ])('%s on a system that prefers dark (%s) is %s', (theme, dark, shown) => {
    const document = documentWith(dark);
    applyTheme(document, readSettings(theme === undefined ? {} : { theme }).theme);
    expect(document.documentElement.dataset['theme']).toBe(shown);
  });
});
