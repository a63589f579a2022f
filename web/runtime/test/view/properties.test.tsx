// @vitest-environment jsdom
// Properties one by one (pages 15): what they change, and what they are when nobody wrote them.
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { call, ent, sca, sel, std } from '../data/scenario';
import { action, box, button, input, make, text } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

async function appears(shown: Shown, selector: string): Promise<HTMLElement> {
  for (let i = 0; i < 60 && shown.$$(selector).length === 0; i++) await shown.settle();
  return shown.$(selector);
}
const link = (more: JsonObject): JsonObject => ({
  type: 'paragraph',
  children: [{ type: 'link', children: [{ text: 'l' }], ...more }],
});

test('characters that control show nothing', async () => {
  const shown = await show([], [text('Draft\u0000\u0007 done')]);
  expect(shown.$('.fd-text').textContent).toBe('Draft done');
});

test.each([
  ['center', 'safe center'],
  ['start', 'start'],
  ['', ''],
])('what a page aligns (%s) begins where one can scroll to', async (written, shownAs) => {
  const shown = await show([], [text('x')], {
    root: { style: { display: 'flex', alignItems: written, justifyContent: written } },
  });
  const { alignItems, justifyContent } = shown.$('.fd-page').style;
  expect([alignItems, justifyContent]).toEqual([shownAs, shownAs]);
});

describe('links of texts', () => {
  const sources = [sca('where', 'string', 'https://bound.example/')];
  test.each<[string, JsonObject, string | null, string | null]>([
    ['fixed', { url: 'https://a.example/' }, 'https://a.example/', '_blank'],
    ['in this tab', { url: 'https://a.example/', target: '_self' }, 'https://a.example/', null],
    ['bound', { isDatasource: true, datasource: 'where', url: 'https://ignored/' }, 'https://bound.example/', '_blank'],
    ['a stale source', { isDatasource: false, datasource: 'where', url: '/page' }, '/page', '_blank'],
    ['mail', { url: 'mailto:a@b.example' }, 'mailto:a@b.example', '_blank'],
    ['script', { url: 'JavaScript:alert(1)' }, 'about:blank', '_blank'],
    ['script with blanks', { url: '\u0001java\nscript:alert(1)' }, 'about:blank', '_blank'],
    ['data', { url: 'data:text/html,x' }, 'about:blank', '_blank'],
    ['nothing', { url: '' }, null, '_blank'],
  ])('%s', async (_, more, href, target) => {
    const shown = await show(sources, [make('Text', { doc: [link(more)] })]);
    const element = shown.$('.fd-text a');
    expect([element.getAttribute('href'), element.getAttribute('target')]).toEqual([href, target]);
  });
  test('a shared file is downloaded', async () => {
    const shown = await show([], [make('Text', { doc: [link({ url: '/$shared/docs/terms.pdf' })] })]);
    await shown.click('.fd-text a');
    expect(shown.world.opened).toEqual(['new /$shared/docs/terms.pdf']);
  });
});

describe('matrix', () => {
  const matrix = (props: JsonObject): ReturnType<typeof make> =>
    make('Matrix', { datasource: 'books', currentElement: 'book', gridProps: { styleboxHeight: 40 }, ...props }, [], {
      container: box({}, text('{$This.title}')),
    });
  const sources = [sel('books'), ent('book', { initialValue: '' })];
  const filtered = std('query', 'books', { query: { query: 'pages > 200' }, events: ['onclick'] });
  test.each([
    [{ selectionBehavior: 'select-first' }, true],
    [{ selectionChangeBehavior: 'selectFirst' }, true],
    [{ selectionBehavior: 'no-select' }, false],
    [{ selectionChangeBehavior: 'none' }, false],
    [{ selectionBehavior: 'select-current' }, false],
    [{}, false],
  ])('after a data update: %o', async (props, selects) => {
    const shown = await show(sources, [matrix(props), button('Q', [filtered])]);
    await appears(shown, '.fd-matrix .fd-text');
    expect(shown.world.page.scope.read('book')).toBe(null);
    await shown.click('button.fd-button');
    await shown.settle();
    expect(shown.world.page.scope.read('book') !== null).toBe(selects);
  });
  test('items of early pages are named by the current element', async () => {
    const shown = await show(sources, [
      make('Matrix', { datasource: 'books', currentElement: 'book', gridProps: { styleboxHeight: 40 } }, [], {
        container: box({}, text('{book.title}')),
      }),
    ]);
    await appears(shown, '.fd-matrix .fd-text');
    const texts = shown.$$('.fd-matrix .fd-text').map((item) => item.textContent);
    expect(new Set(texts).size).toBe(texts.length);
    await shown.click('.innerScrollContainer > [aria-posinset="2"]');
    expect(shown.world.page.scope.read('book.title')).toBe(texts[1]);
    expect(shown.$$('.fd-matrix .fd-text').map((item) => item.textContent)).toEqual(texts);
  });
  test('an outer item is reached through its iterator', async () => {
    const list: Json = [
      { name: 'A', parts: [{ n: 1 }, { n: 2 }] },
      { name: 'B', parts: [{ n: 3 }] },
    ];
    const shown = await show(
      [sca('list', 'array', list)],
      [
        make('Matrix', { datasource: 'list', iterator: '$group', gridProps: { styleboxHeight: 80 } }, [], {
          container: box(
            {},
            make('Matrix', { datasource: '$group.parts', gridProps: { styleboxHeight: 20 } }, [], {
              container: box({}, text('{$group.name}{$This.n}')),
            }),
          ),
        }),
      ],
    );
    for (let i = 0; i < 40 && shown.$$('.fd-text').length < 3; i++) await shown.settle();
    expect(shown.$$('.fd-text').map((item) => item.textContent)).toEqual(['A1', 'A2', 'B3']);
  });
});

describe('data table', () => {
  const columns: Json[] = [
    { id: '1', title: 'Title', source: 'title', width: 150, sorting: true },
    { id: '2', title: 'Fixed', source: 'pages', width: '80px' },
    { id: '3', title: 'Off', source: 'price', sorting: true, disabled: true },
  ];
  test.each([
    ['scroll-to-top', 0],
    ['scroll-to-selection', 120],
    [undefined, 120],
  ])('after sorting with %s the list stands at %s', async (sortingBehavior, top) => {
    const shown = await show(
      [sel('books')],
      [make('DataTable', { datasource: 'books', columns, ...(sortingBehavior === undefined ? {} : { sortingBehavior }) })],
    );
    await appears(shown, '.row .cell');
    shown.$('.Grid').scrollTop = 120;
    await shown.click('.header-cell');
    await shown.settle();
    expect(shown.$('.header-cell').getAttribute('aria-sort')).toBe('ascending');
    expect(shown.$('.Grid').scrollTop).toBe(top);
  });
  test('heights, lines and columns as written', async () => {
    const shown = await show(
      [sel('books')],
      [make('DataTable', { datasource: 'books', columns, rowHeight: 55, headerHeight: 44, showBorders: false })],
    );
    await appears(shown, '.row .cell');
    expect([shown.$('.header').style.height, shown.$('.row').style.height, shown.$('.fd-datatable').dataset['borders']]).toEqual([
      '44px',
      '55px',
      'false',
    ]);
    expect(shown.$$('.header-cell').map((cell) => cell.hasAttribute('aria-sort'))).toEqual([true, false, false]);
  });
  test('the usual heights', async () => {
    const shown = await show([sel('books')], [make('DataTable', { datasource: 'books', columns })]);
    await appears(shown, '.row .cell');
    expect([shown.$('.header').style.height, shown.$('.row').style.height, shown.$('.fd-datatable').dataset['borders']]).toEqual([
      '36px',
      '40px',
      'true',
    ]);
  });
});

describe('select box', () => {
  const people: Json = [
    { name: 'Ann', city: 'Oslo' },
    { name: 'Ben', city: 'Annecy' },
    { name: 'Cleo', city: 'Rome' },
  ];
  const build = (props: JsonObject): ReturnType<typeof make> =>
    make('SelectBox', { datasource: 'people', currentElement: 'one', ...props }, [], {
      container: box({}, text('{$This.name}')),
    });
  test.each<[JsonObject, string]>([
    [{ showLength: true }, '3 items'],
    [{ total: true, template: '{{ length }} people' }, '3 people'],
    [{ showLength: true, template: 'no number' }, 'no number'],
    [{ template: '{{ length }} people' }, ''],
    [{}, ''],
  ])('length text of %o', async (props, expected) => {
    const shown = await show([sca('people', 'array', people), sca('one', 'object')], [build(props)]);
    await appears(shown, '.fd-selectbox__toggle_button');
    expect(
      shown
        .$$('.fd-selectbox__header .q-hint')
        .map((item) => item.textContent)
        .join(''),
    ).toBe(expected);
  });
  test('search looks in the listed attributes, without case', async () => {
    const shown = await show(
      [sca('people', 'array', people), sca('one', 'object')],
      [build({ enableSearch: true, searchAttributes: [{ attribute: 'name' }, { attribute: 'city' }] })],
    );
    await appears(shown, '.fd-selectbox__toggle_button');
    await shown.click('.fd-selectbox__toggle_button');
    await act(async () => {
      const field = shown.$<HTMLInputElement>('.fd-selectbox__search__input');
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, 'aNN');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await shown.settle();
    expect(shown.$$('[role=option]').map((item) => item.textContent)).toEqual(['Ann', 'Ben']);
  });
  test.each([
    [undefined, 5],
    [3, 3],
    [40, 15],
    [0, 1],
  ])('%s rows wanted: %s shown', async (rowsNumber, rows) => {
    const many: Json = Array.from({ length: 30 }, (_, i) => ({ name: `n${i}` }));
    const shown = await show(
      [sca('people', 'array', many), sca('one', 'object')],
      [build(rowsNumber === undefined ? {} : { rowsNumber })],
    );
    await appears(shown, '.fd-selectbox__toggle_button');
    await shown.click('.fd-selectbox__toggle_button');
    expect(parseFloat(shown.$('.FdVirtualList').style.maxHeight) / 36).toBe(rows);
  });
});

describe('dates', () => {
  test('a bound list of intervals replaces the written one', async () => {
    const shown = await show(
      [sca('d', 'date', '2025-03-14'), sca('rules', 'array', [{ include: false, type: 'days', params: { days: ['friday'] } }])],
      [
        input('L', 'd', {
          type: 'date',
          intervals: [{ include: false, type: 'days', params: { days: ['monday'] } }],
          intervalsDatasource: 'rules',
        }),
      ],
    );
    for (let i = 0; i < 60 && shown.$<HTMLInputElement>('input').disabled; i++) await shown.settle();
    await shown.type('input.fd-input', '3/21/2025');
    expect(shown.world.page.scope.read('d')).toBe('2025-03-14');
    expect(shown.$('.q-problem').textContent).toMatch(/cannot be chosen/);
    expect(shown.$<HTMLInputElement>('input').value).toBe('3/21/2025');
    await shown.type('input.fd-input', '3/17/2025');
    expect(shown.world.page.scope.read('d')).toBe('2025-03-17');
  });
  test.each([
    ['sunday', 'Sunday'],
    ['1', 'Monday'],
    [6, 'Saturday'],
  ])('a week that begins with %s', async (weekStart, first) => {
    const shown = await show([sca('d', 'date', '2025-03-14')], [input('L', 'd', { type: 'date', weekStart })]);
    for (let i = 0; i < 60 && shown.$<HTMLInputElement>('input').disabled; i++) await shown.settle();
    await shown.click('.q-date-button');
    expect(shown.$('th').getAttribute('abbr')).toBe(first);
  });
});

describe('files and documents', () => {
  test.each([
    [undefined, ['new ']],
    ['new-tab', ['new ']],
    ['same-tab', ['']],
    ['nowhere', []],
  ])('a function that answers with a document, open in %s', async (openIn, prefixes) => {
    const shown = await show(
      [],
      [button('B', [call('ds.report', { events: ['onclick'], ...(openIn === undefined ? {} : { openIn }) })])],
      {
        functions: { 'ds.report': () => 1 },
      },
    );
    const { catalog } = shown.world.app;
    const method = catalog.methods.find((item) => item.name === 'report');
    if (method) method.onHttpGet = true;
    else (catalog.methods as unknown[]).push({ name: 'report', onHttpGet: true });
    await shown.click('button.fd-button');
    expect(shown.world.opened.map((item) => item.replace(/\/rest.*/, ''))).toEqual(prefixes);
  });
});

describe('airy pages', () => {
  const inner: Json = {
    metadata: {},
    components: { ROOT: { type: { resolvedName: 'Container' }, props: { airyMode: false }, nodes: [] } },
  };
  test.each<[string, JsonObject, JsonObject, boolean]>([
    ['the application', { displayMode: 'airy' }, {}, true],
    ['the page', {}, { airyMode: true }, true],
    ['the page against the application', { displayMode: 'airy' }, { airyMode: false }, false],
    ['nobody', {}, {}, false],
  ])('said by %s', async (_, settings, root, expected) => {
    const shown = await show(
      [],
      [
        make('WebformLoader', { webform: 'Inner' }),
        make('Dialog', { serverSideRef: 'd' }, [], { Dialog: box({}) }),
        button('O', [action('dialog', { actionType: 'open', targetDialog: 'd' })]),
      ],
      { settings, root, pages: { Inner: inner } },
    );
    await appears(shown, '.fd-pageloader .fd-page');
    await shown.click('button.fd-button');
    expect(shown.$('.fd-page').classList.contains('q-airy')).toBe(expected);
    expect(shown.$('.q-dialog-layer').classList.contains('q-airy')).toBe(expected);
    expect(shown.$('.fd-pageloader .fd-page').classList.contains('q-airy')).toBe(false);
  });
});
