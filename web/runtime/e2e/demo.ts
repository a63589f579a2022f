// A demonstration application over the mock library: every component, the usual page patterns.
import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../src/base/json';
import { libraryData, libraryModel } from '../test/mock/model';
import { MockSelection, MockServer } from '../test/mock/server';
import { action, box, button, check, icon, input, make, page, standard, text } from '../test/mock/pages';

export const demoShared: Record<string, Json> = {
  'shared_css.json': {
    classes: [
      {
        name: 'card',
        content:
          'self { background: var(--q-raised); border: 1px solid var(--q-line); border-radius: 12px; padding: 20px; box-shadow: 0 1px 3px rgba(16,24,40,.07); } self:hover { border-color: #b9c6e4; }',
      },
      { name: 'title', content: 'self { font-size: 22px; font-weight: 650; letter-spacing: -.01em; }' },
      { name: 'quiet', content: 'self { background: var(--q-accent-soft); color: var(--q-accent-strong); }' },
      { name: 'bad', content: 'self { background: #c4232f; color: #fff; }' },
    ],
  },
  'shared_datasources.json': { app: [{ id: 'who', type: 'scalar', dataType: 'string', namespace: 'app', initialValue: 'Ada' }] },
  'saved_conditions.json': { conditions: [] },
  'CustomComponents/manifest.json': [
    {
      name: 'demo',
      scope: 'demo',
      sdk: 1,
      entry: 'index.js',
      styles: [],
      components: [{ name: 'Counter' }, { name: 'Faulty' }, { name: 'Strip' }],
    },
    ...['rating', 'board'].map(
      (name) => JSON.parse(readFileSync(new URL(`../../sdk/examples/${name}/manifest.json`, import.meta.url), 'utf8')) as Json,
    ),
  ],
};

export function demoServer(books = 300): MockServer {
  const mock = new MockServer(libraryModel, libraryData(books));
  mock.pages.set('Books', booksPage());
  mock.pages.set('Controls', controlsPage());
  mock.pages.set('Charts', chartsPage());
  mock.pages.set('Custom', customPage());
  mock.pages.set('Kit', kitPage());
  mock.functions.set('ds.greet', ({ args, server }) => {
    server.effects = {
      __NOTIFICATION: { message: `Hello ${String(args[0])}`, type: 'message' },
      __COMPONENTS: { secret: { visible: true, addClass: ['card'], removeClass: [] } },
    };
    return `Hello ${String(args[0])}`;
  });
  mock.functions.set(
    'Book.cheap',
    ({ server }) =>
      new MockSelection(
        'Book',
        [...server.table('Book').values()].filter((row) => Number(row.values['price']) < 15).map((row) => row.key),
      ),
  );
  return mock;
}

const sources: Json[] = [
  { id: 'books', type: 'entitysel', dataclass: 'Book', namespace: '', initialValue: 'all', pageSize: 50 },
  { id: 'book', type: 'entity', dataclass: 'Book', from: 'books', namespace: '', initialValue: 'first' },
  { id: 'reviews', type: 'entitysel', dataclass: 'Review', from: 'book.reviews', namespace: '', initialValue: 'all' },
  { id: 'authors', type: 'entitysel', dataclass: 'Author', namespace: '', initialValue: 'all' },
  { id: 'search', type: 'scalar', dataType: 'string', namespace: '', initialValue: '' },
  { id: 'answer', type: 'scalar', dataType: 'string', namespace: '', initialValue: '' },
];

const column = (title: string, source: string, width: number | string, more: JsonObject = {}): JsonObject => ({
  id: source,
  title,
  source,
  width,
  sorting: true,
  format: '',
  ...more,
});

export function booksPage(): Json {
  const table = make('DataTable', {
    nodeId: 'table',
    datasource: 'books',
    currentElement: 'book',
    rowHeight: 40,
    headerHeight: 38,
    style: { height: '420px', width: '100%' },
    columns: [
      column('Title', 'title', 230),
      column('Author', 'author.name', 140),
      column('Pages', 'pages', 80, { format: '#,##0' }),
      column('Price', 'price', 90, { format: '0.00 €' }),
      column('Published', 'published', 110),
      column('In stock', 'inStock', 80),
    ],
  });
  const authorBox = make(
    'SelectBox',
    {
      nodeId: 'author',
      datasource: 'authors',
      currentElement: 'book.author',
      placeholder: 'Choose an author',
      rowsNumber: 5,
      enableSearch: true,
      searchAttributes: [{ attribute: 'name', id: '1' }],
      style: { width: '100%' },
    },
    [],
    {
      container: make('StyleBox', { style: { display: 'flex', gap: 8, padding: '6px 4px', alignItems: 'center' } }, [
        icon('fa-user', { style: { color: 'var(--q-text-faint)' } }),
        text('{$This.name}'),
        text('{$This.country}', { color: 'var(--q-text-faint)', fontSize: 13 }),
      ]),
    },
  );
  const detail = make(
    'StyleBox',
    { classNames: ['card'], style: { flex: '1 1 320px', display: 'flex', flexDirection: 'column', gap: 12 } },
    [
      text('{book.title}', {}, { classNames: ['title'], nodeId: 'detail-title' }),
      text('{book.author.name} · {book.published|Date long}', { color: 'var(--q-text-soft)' }),
      input('Title', 'book.title', { nodeId: 'title-input' }),
      box(
        { display: 'flex', gap: 12 },
        input('Pages', 'book.pages', { type: 'number' }),
        input('Published', 'book.published', { type: 'date' }),
      ),
      authorBox,
      check('In stock', 'book.inStock', { variant: 'switch' }),
      box(
        { display: 'flex', gap: 8, flexWrap: 'wrap' },
        button(
          'Save',
          [standard('save', 'book', { feedback: { enabled: true, messages: { onSuccess: 'Saved', onFail: 'Not saved' } } })],
          { nodeId: 'save', iconPosition: 'left', icon: 'fa-solid fa-check' },
        ),
        button('Previous', [standard('previous', 'book')], { classNames: ['quiet'] }),
        button('Next', [standard('next', 'book')], { classNames: ['quiet'], nodeId: 'next' }),
        button('New', [standard('create', 'book')], { classNames: ['quiet'] }),
        button('Delete', [action('dialog', { actionType: 'open', targetDialog: 'confirm' })], { classNames: ['bad'] }),
      ),
    ],
  );
  const reviews = make(
    'Matrix',
    {
      datasource: 'reviews',
      orientation: 'vertical',
      gridProps: { styleboxHeight: 74, styleboxPercentWidth: '50%', enableMosaic: true },
      style: { height: '180px' },
    },
    [],
    {
      container: make('StyleBox', { style: { padding: 8, height: '100%' } }, [
        make(
          'StyleBox',
          { classNames: ['rounded-lg'], style: { padding: '8px 12px', height: '100%', backgroundColor: 'var(--q-sunken)' } },
          [text('{$This.stars} ★', { fontWeight: 600, color: 'var(--q-warn)' }), text('{$This.text}', { fontSize: 14 })],
        ),
      ]),
    },
  );
  const dialog = make(
    'Dialog',
    { serverSideRef: 'confirm', overlay: true, closable: true, animated: true, style: { width: '380px' } },
    [],
    {
      Dialog: make('StyleBox', { style: { padding: 24, display: 'flex', flexDirection: 'column', gap: 16 } }, [
        text('Delete “{book.title}”?', { fontWeight: 600, fontSize: 18 }),
        text('The entry and its reviews are removed for everyone.', { color: 'var(--q-text-soft)' }),
        box(
          { display: 'flex', gap: 8, justifyContent: 'flex-end' },
          button('Cancel', [action('dialog', { actionType: 'close', targetDialog: 'confirm' })], { classNames: ['quiet'] }),
          button('Delete', [standard('remove', 'book'), action('dialog', { actionType: 'close', targetDialog: 'confirm' })], {
            classNames: ['bad'],
          }),
        ),
      ]),
      close: icon('fa-times'),
    },
  );
  return page(sources, [
    box(
      { display: 'flex', justifyContent: 'space-between', alignItems: 'center', padding: '18px 0', gap: 16, flexWrap: 'wrap' },
      box(
        { display: 'flex', gap: 12, alignItems: 'center' },
        icon('fa-solid fa-book', { style: { fontSize: 26, color: 'var(--q-accent)' } }),
        text('Library', { fontSize: 26, fontWeight: 680 }),
        text('{books.length} books', { color: 'var(--q-text-soft)' }, { nodeId: 'count' }),
      ),
      box(
        { display: 'flex', gap: 8, alignItems: 'flex-end' },
        input('Search', 'search', { nodeId: 'search', placeholder: 'Title begins with…' }, [
          standard('query', 'books', { query: { query: 'title begin :1', params: [{ datasource: 'search' }] } }, ['onchange']),
        ]),
        button('All', [standard('all', 'books')], { classNames: ['quiet'] }),
        button(
          'Cheap',
          [
            action('method', {
              method: 'ds.Book.cheap',
              dataclass: 'Book',
              params: [],
              returns: { name: 'result', datasource: 'books' },
            }),
          ],
          { classNames: ['quiet'], nodeId: 'cheap' },
        ),
        button(
          'Greet',
          [
            action('method', {
              method: 'ds.greet',
              dataclass: 'DataStore',
              params: [{ name: 'x', type: 'string', datasource: 'app:who' }],
              returns: { datasource: 'answer' },
              feedback: true,
            }),
          ],
          { nodeId: 'greet' },
        ),
      ),
    ),
    box(
      { display: 'flex', gap: 20, flexWrap: 'wrap', alignItems: 'flex-start' },
      box({ flex: '2 1 560px', minWidth: 0 }, table),
      detail,
    ),
    make('StyleBox', { serverSideRef: 'secret', style: { display: 'none', marginTop: 16 } }, [
      text('{answer}', {}, { nodeId: 'answer' }),
    ]),
    box({ marginTop: 20 }, text('Reviews of “{book.title}” ({reviews.length})', { fontWeight: 600, marginBottom: 8 }), reviews),
    dialog,
  ]);
}

export function controlsPage(): Json {
  const more: Json[] = [
    { id: 't', type: 'scalar', dataType: 'string', initialValue: 'Some text' },
    { id: 'n', type: 'scalar', dataType: 'number', initialValue: 1234.5 },
    { id: 'd', type: 'scalar', dataType: 'date', initialValue: '2025-03-14' },
    { id: 'ms', type: 'scalar', dataType: 'duration', initialValue: 7500000 },
    { id: 'b', type: 'scalar', dataType: 'bool', initialValue: true },
    { id: 'b3', type: 'scalar', dataType: 'bool' },
    { id: 'r', type: 'scalar', dataType: 'string', initialValue: 'b' },
    { id: 'many', type: 'scalar', dataType: 'array', initialValue: ['a'] },
    { id: 'x', type: 'scalar', dataType: 'number', initialValue: 40 },
    { id: 'pw', type: 'scalar', dataType: 'string', initialValue: 'secret' },
    { id: 'days', type: 'scalar', dataType: 'array', initialValue: ['2025-03-10', '2025-03-14'] },
    { id: 'year', type: 'scalar', dataType: 'number', initialValue: 2025 },
    {
      id: 'list',
      type: 'scalar',
      dataType: 'array',
      initialValue: [
        { name: 'Ann', city: 'Oslo' },
        { name: 'Ben', city: 'Paris' },
        { name: 'Cleo', city: 'Rome' },
      ],
    },
    { id: 'item', type: 'scalar', dataType: 'object', from: 'list', initialValue: 'first' },
  ];
  const options = [
    { label: 'Alpha', value: 'a', id: '1' },
    { label: 'Beta', value: 'b', id: '2' },
    { label: 'Gamma', value: 'c', id: '3' },
  ];
  const card = (title: string, ...children: Parameters<typeof box>[1][]): ReturnType<typeof box> =>
    make('StyleBox', { classNames: ['card'], style: { display: 'flex', flexDirection: 'column', gap: 14, flex: '1 1 300px' } }, [
      text(title, { fontWeight: 650, color: 'var(--q-accent-strong)' }),
      ...children,
    ]);
  const range = (orientation: string): ReturnType<typeof box> =>
    make('RangeInput', { orientation, labelPosition: 'top' }, [], {
      label: make('Label', { text: 'Amount' }),
      SliderContainer: make('SliderContainer', { datasource: 'x', min: 0, max: 100, step: 5 }),
    });
  return page(more, [
    text('Controls', { fontSize: 26, fontWeight: 680, padding: '18px 0' }),
    box(
      { display: 'flex', gap: 16, flexWrap: 'wrap', alignItems: 'stretch', paddingBottom: 24 },
      card(
        'Fields',
        input('Text', 't', { nodeId: 'text' }),
        input('Long text', 't', { type: 'textArea' }),
        input('Number', 'n', { type: 'number', format: '#,##0.00' }),
        input('Password', 'pw', { type: 'password' }),
        input('Read only', 't', { readonly: true }),
        input('Disabled', 't', { disabled: true }),
      ),
      card(
        'Dates',
        input('Date', 'd', { type: 'date', nodeId: 'date' }),
        input('Time', 'ms', { type: 'time' }),
        input('Duration', 'ms', { type: 'duration' }),
        make('DatePicker', { datasource: 'days', selectionModes: 'range' }),
        text('{ms|Distance} · {d|EEEE d MMMM yyyy}'),
      ),
      card(
        'Choices',
        make('SelectInput', { labelPosition: 'top' }, [], {
          label: make('Label', { text: 'Select' }),
          select: make('Select', { options, datasource: 'r' }),
        }),
        make('Radio', { options, datasource: 'r', type: 'radio', mode: 'single' }),
        make('Radio', { options, datasource: 'r', type: 'tabs', mode: 'single' }),
        make('Radio', { options, datasource: 'many', type: 'radio', mode: 'multiple' }),
        check('Two states', 'b'),
        check('Three states', 'b3', { type: 'three-state' }),
        check('Switch', 'b', { variant: 'switch', size: 'lg' }),
      ),
      card(
        'More',
        range('horizontal'),
        range('vertical'),
        make('FileUpload', { text: 'Choose a file', iconPosition: 'left', datasource: 't' }, [], {
          icon: icon('fa-solid fa-upload'),
        }),
        make('YearPicker', { datasource: 'year' }),
        make('UnknownThing', { style: { height: '60px' } }),
      ),
      card(
        'Lists',
        make('DataTable', {
          datasource: 'list',
          currentElement: 'item',
          rowHeight: 36,
          headerHeight: 34,
          style: { height: '160px' },
          columns: [column('Name', 'name', '50%'), column('City', 'city', '50%')],
        }),
        text('Chosen: {item.name}', {}, { nodeId: 'chosen' }),
        make(
          'Tabs',
          {
            variant: 'line',
            tabs: [
              { id: 'one', title: 'First' },
              { id: 'two', title: 'Second' },
            ],
          },
          [],
          { one: box({}, text('Content of the first tab')), two: box({}, text('Content of the second tab')) },
        ),
        box(
          { display: 'flex', gap: 12, fontSize: 22 },
          icon('fa-car'),
          icon('fa-flag-o'),
          icon('fa-solid fa-star'),
          icon('fa-regular fa-star'),
          icon('fa-brands fa-github'),
          make('Image', { imgSrc: '', style: { width: '80px', height: '60px' } }),
        ),
      ),
    ),
  ]);
}

/** Components of a package made with the SDK, and one that throws. */
export function customPage(): Json {
  return page(
    [
      { id: 'n', type: 'scalar', dataType: 'number', initialValue: 3 },
      { id: 'books', type: 'entitysel', dataclass: 'Book', initialValue: 'all' },
    ],
    [
      make('Counter', {
        datasource: 'n',
        label: 'Copies',
        events: [
          action(
            'simple-action',
            { action: 'set', datasource: { name: 'n', namespace: '', set: { value: '100', type: 'number' } } },
            ['onfull'],
          ),
        ],
      }),
      text('{n}', {}, { nodeId: 'n' }),
      make('Faulty', {}),
      make('Strip', { datasource: 'books' }, [], { item: box({}, text('{$This.title}')) }),
      text('after'),
    ],
    { styles: [] },
  );
}

/** The example packages of the kit. */
export function kitPage(): Json {
  return page(
    [
      { id: 'stars', type: 'scalar', dataType: 'number', initialValue: 3 },
      { id: 'books', type: 'entitysel', dataclass: 'Book', initialValue: 'all' },
      { id: 'book', type: 'entity', dataclass: 'Book', from: 'books', initialValue: '' },
      {
        id: 'tasks',
        type: 'scalar',
        dataType: 'array',
        initialValue: [
          { title: 'Paint', status: 'open' },
          { title: 'Sand', status: 'done' },
          { title: 'Order wood', status: 'doing' },
          { title: 'Measure', status: 'done' },
        ],
      },
      { id: 'task', type: 'scalar', dataType: 'object' },
    ],
    [
      text('Example packages', { fontSize: 26, fontWeight: 680, padding: '18px 0' }),
      make('Rating', { datasource: 'stars', max: 5, label: 'Rating' }),
      text('{stars} stars'),
      make(
        'Board',
        {
          datasource: 'tasks',
          currentElement: 'task',
          attribute: 'status',
          columns: 'open, doing, done',
          style: { marginTop: 16 },
        },
        [],
        { item: box({}, text('{$This.title}')) },
      ),
      text('Chosen: {task.title}', { marginTop: 12 }),
    ],
  );
}

export function chartsPage(): Json {
  const data: Json[] = [
    {
      id: 'sales',
      type: 'scalar',
      dataType: 'object',
      initialValue: {
        labels: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'],
        datasets: [
          { label: 'North', data: [12, 19, 8, 15, 22, 17] },
          { label: 'South', data: [7, 11, 14, 9, 13, 19] },
        ],
      },
    },
    {
      id: 'parts',
      type: 'scalar',
      dataType: 'array',
      initialValue: [
        { label: 'Fiction', value: 42 },
        { label: 'Science', value: 27 },
        { label: 'Art', value: 18 },
        { label: 'Other', value: 13 },
      ],
    },
  ];
  const chart = (type: string, datasource: string): ReturnType<typeof box> =>
    make('StyleBox', { classNames: ['card'], style: { flex: '1 1 380px' } }, [
      make(type, { datasource, title: type, legendPosition: 'bottom', ...(type === 'Pie' ? { cutout: 55 } : {}) }),
    ]);
  return page(data, [
    text('Charts', { fontSize: 26, fontWeight: 680, padding: '18px 0' }),
    box(
      { display: 'flex', gap: 16, flexWrap: 'wrap', paddingBottom: 24 },
      chart('Bar', 'sales'),
      chart('Line', 'sales'),
      chart('Area', 'sales'),
      chart('Pie', 'parts'),
      chart('Radar', 'sales'),
      chart('Polar', 'parts'),
    ),
  ]);
}

export function uploadPage(): Json {
  return page(
    [{ id: 'book', type: 'entity', dataclass: 'Book', initialValue: 'first' }],
    [
      text('{book.title}'),
      make('FileUpload', { text: 'Cover', datasource: 'book.cover', fileType: ['image'], size: { value: 2, unit: 'KB' } }),
      make('Image', { datasource: 'book.cover', style: { width: '60px', height: '60px' } }),
      button('Save', [standard('save', 'book')]),
    ],
  );
}

/** Entry of the demonstration package as its author would have bundled it. */
export const demoPackage = `
import { useEffect, useReducer } from 'react';
import { jsx, jsxs } from 'react/jsx-runtime';
import { definePackage } from '@qodly/sdk';
function useSource(source) {
  const [, draw] = useReducer((n) => n + 1, 0);
  useEffect(() => source?.subscribe(draw), [source]);
}
function Counter({ props, className, style, datasource, emit }) {
  useSource(datasource);
  const value = datasource?.get() ?? 0;
  return jsxs('button', { className, style, onClick: () => { datasource.set(value + 1); if (value + 1 >= 5) emit('onfull'); }, children: [props.label, ': ', value] });
}
function Faulty() { throw new Error('broken on purpose'); }
function Strip({ className, style, datasource, slots }) {
  useSource(datasource);
  return jsx('ul', { className, style, children: Array.from({ length: Math.min(datasource?.length ?? 0, 3) }, (_, i) => jsx('li', { children: slots.item(i) }, i)) });
}
export default definePackage({ Counter, Faulty, Strip });
`;
