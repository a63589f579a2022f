// @vitest-environment jsdom
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { build, call, ent, sca, sel, std } from '../data/scenario';
import { action, box, button, check, icon, input, make, text, type Built } from '../mock/pages';
import { show, watchComplaints } from './show';

watchComplaints();
const sources = [
  sel('books'),
  ent('book', { from: 'books' }),
  sca('s', 'string', 'abc'),
  sca('n', 'number', 1234.5),
  sca('b', 'bool', true),
  sca('d', 'date', '2025-03-14'),
];
const loaded = (element: Built): Built => element;

describe('the DOM that pages style', () => {
  const options = [
    { label: 'One', value: '1', id: 'a' },
    { label: 'Two', value: '2', id: 'b' },
  ];
  const cases: [string, Built, string[]][] = [
    ['page', text('x'), ['.fd-component.fd-page.bg-white']],
    ['stylebox', box({ color: 'red' }), ['.fd-component.fd-stylebox[style*="color: red"]']],
    ['text', text('a {s} b'), ['.fd-text > p.q-row > span.q-text', 'p > span.q-datasource[title="abc"]']],
    ['text with blanks', make('Text', { doc: [{ type: 'paragraph', children: [{ text: ' ' }] }] }), ['span.q-whitespace']],
    ['empty value', text('{gone}'), ['span.q-datasource[title=""]']],
    [
      'link',
      make('Text', {
        doc: [
          {
            type: 'paragraph',
            children: [{ type: 'link', url: 'https://example.org', target: '_blank', children: [{ text: 'l' }] }],
          },
        ],
      }),
      ['a[href="https://example.org"][target="_blank"][rel~="noopener"]'],
    ],
    [
      'script address',
      make('Text', {
        doc: [{ type: 'paragraph', children: [{ type: 'link', url: ' java\nscript:alert(1)', children: [{ text: 'l' }] }] }],
      }),
      ['a[href="about:blank"]'],
    ],
    [
      'old text form',
      make('Text', { doc: [{ type: 'paragraph', children: [{ isDataSource: true, text: 's' }] }] }),
      ['span.q-datasource[title="abc"]'],
    ],
    ['button', button('Go'), ['button.fd-button .q-button-text']],
    ['disabled button', button('Go', [], { disabled: true }), ['button.fd-button:disabled']],
    ['icon', icon('fa-car'), ['i.fd-icon.fa.fa-car']],
    ['icon with set', icon('fa-solid fa-plus'), ['i.fd-icon.fa-solid.fa-plus']],
    ['default icon', make('Icon', {}), ['i.fa-regular.fa-star']],
    ['image', make('Image', { imgSrc: '/$shared/a.png' }), ['.fd-image img[src="/$shared/a.png"]']],
    ['missing image', make('Image', {}), ['.fd-image img[src=""][alt="Missing image"]']],
    ['default image', make('Image', { datasource: 'gone', defaultImgSrc: '/x.png' }), ['img[src="/x.png"]']],
    ['text input', input('L', 's'), ['.fd-textinput label.fd-label > span', '.fd-textinput input.fd-input']],
    ['text area', input('L', 's', { type: 'textArea' }), ['textarea.fd-input']],
    ['password', input('L', 's', { type: 'password' }), ['input[type="password"]', 'button[aria-label="Show password"]']],
    ['no eye', input('L', 's', { type: 'password', revealPassword: false }), ['input[type="password"]']],
    [
      'select',
      make('SelectInput', {}, [], { label: make('Label', { text: 'L' }), select: make('Select', { options, datasource: 's' }) }),
      ['select.fd-select > option[value="1"]'],
    ],
    ['checkbox', check('C', 'b'), ['.chakra-checkbox input.chakra-checkbox__input', 'span[data-checked]', '.fd-label']],
    ['switch', check('C', 'b', { variant: 'switch' }), ['input[role="switch"]']],
    [
      'radio',
      make('Radio', { options, datasource: 's', mode: 'single' }),
      ['.fd-radio[role="radiogroup"] .fd-radio__item[role="radio"]'],
    ],
    ['several', make('Radio', { options, mode: 'multiple' }), ['.fd-radio__item[role="checkbox"]']],
    [
      'range',
      make('RangeInput', { orientation: 'horizontal' }, [], {
        label: make('Label', { text: 'R' }),
        SliderContainer: make('SliderContainer', { datasource: 'n', min: 0, max: 10 }),
      }),
      [
        '.fd-slidercontainer .fd-slider.chakra-slider[data-cy="cypress_slider"]',
        '.chakra-slider__track > .chakra-slider__filled-track',
        '.chakra-slider__thumb[role="slider"][aria-valuemin="0"][aria-valuemax="10"][aria-valuenow="10"][aria-orientation="horizontal"][tabindex="0"][data-active]',
      ],
    ],
    [
      'file upload',
      make('FileUpload', { text: 'F', fileType: ['image'] }),
      ['button.fd-fileupload input[type="file"][accept="image/*"]'],
    ],
    [
      'table',
      make('DataTable', {
        datasource: 'books',
        columns: [
          { id: '1', title: 'T', source: 'author.name', width: '33%', sorting: true },
          { id: '2', title: 'P', source: 'pages', width: 50 },
        ],
      }),
      [
        '.fd-datatable[role="grid"] .Grid > .header > .header-cell.header-author-name.resizable[aria-sort="none"]',
        '.header-cell.header-even.header-pages',
        '.innerScrollContainer',
      ],
    ],
    [
      'matrix',
      make('Matrix', { datasource: 'books', gridProps: { styleboxHeight: 50 } }, [], {
        container: box({}, text('{$This.title}')),
      }),
      ['.fd-matrix > .FdVirtualGrid > .innerScrollContainer'],
    ],
    [
      'select box',
      make('SelectBox', { datasource: 'books', placeholder: 'Pick' }, [], { container: box({}, text('{$This.title}')) }),
      ['.fd-selectbox .fd-selectbox__toggle_button'],
    ],
    [
      'tabs',
      make(
        'Tabs',
        {
          tabs: [
            { id: 'a', title: 'A' },
            { id: 'b', title: 'B' },
          ],
        },
        [],
        { a: box({}, text('in a')), b: box({}, text('in b')) },
      ),
      ['[role="tab"][aria-selected="true"]', '[role="tabpanel"]:not([hidden]) .fd-text'],
    ],
    [
      'unknown',
      make('Mystery', { style: { height: '5px' } }, [text('inside')]),
      ['.fd-unknown[data-component="Mystery"][style*="height: 5px"] .fd-text'],
    ],
    ['fallback', make('Fallback', { componentName: 'X', text: 'Some Text' }), ['.fd-fallback:empty']],
    [
      'popover',
      make('Popover', { action: 'click', isShown: true, position: 'bottom-left' }, [], {
        PopoverTrigger: box({}, text('t')),
        PopoverContent: box({}, text('c')),
      }),
      ['.q-popover[popover="manual"]'],
    ],
    [
      'stylish box',
      make('StylishBox', { parameters: [{ name: 'tone', source: 's', defaultValue: 'x' }] }, [], { container: box({}) }),
      ['.fd-stylishbox[style*="--tone: abc"]'],
    ],
    ['date picker', make('DatePicker', { datasource: 'd' }), ['.q-day.selected']],
    ['year picker', make('YearPicker', { datasource: 'n' }), ['.q-cells .q-day']],
    ['month picker', make('MonthPicker', { datasource: 'd' }), ['.q-day.selected']],
    ['chart', make('Bar', { datasource: 'gone', title: 'Chart' }), ['figure.q-chart svg[role="img"]']],
    ['pie', make('Pie', { datasource: 's' }), ['figure.q-chart']],
    ['timeline', make('Timeline', { datasource: 'books' }, [], { item: box({}, text('{$This.title}')) }), ['ol.fd-timeline']],
    ['download', make('Download', { label: 'Save', datasource: 's' }), ['button.fd-download']],
    ['calendar', make('Calendar', { datasource: 'books', startDate: 'published', property: 'title' }), ['table.q-calendar']],
    [
      'grid',
      make('Grid', { areas: [{ id: 'x', colStart: 1, colSpan: 2, rowStart: 1, rowSpan: 1 }] }, [], { x: box({}) }),
      ['.fd-grid .fd-stylebox'],
    ],
    [
      'columns',
      make('Columns', { rows: [{ id: 'r' }], columns: [{ id: 'a' }, { id: 'b' }], spacingX: '2', spacingY: 1 }, [], {
        ar: box({}),
        br: box({}),
      }),
      ['.fd-columns[style*="column-gap: 8px"]', '.fd-columns[style*="row-gap: 4px"]', '.fd-columns > div + div > .fd-stylebox'],
    ],
    ['pdf', make('PdfViewer', { datasource: 'gone' }), ['.fd-pdfviewer']],
    ['label marks', button('<b>Bold</b><script>alert(1)</script> &amp; <span onclick="x">more</span>'), ['.q-button-text b']],
    [
      'server reference and class names',
      make('StyleBox', { classNames: ['one', 'two'], className: 'three' }),
      ['.three.one.two'],
    ],
  ];
  test.each(cases)('%s', async (_, element, selectors) => {
    const { $$, settle } = await show(sources, [loaded(element)]);
    for (let i = 0; i < 40 && selectors.some((selector) => $$(selector).length === 0); i++) await settle();
    for (const selector of selectors)
      expect($$(selector).length, `${selector} in ${document.body.innerHTML.slice(0, 1500)}`).toBeGreaterThan(0);
    expect($$('script').length).toBe(0);
  });
});

describe('behaviour', () => {
  test('typing writes the source, then onchange runs', async () => {
    const { type, world } = await show(sources, [input('L', 's', {}, [std('copy', 's', { target: 'n', events: ['onchange'] })])]);
    await type('input.fd-input', 'typed');
    expect(world.page.scope.read('s')).toBe('typed');
    expect(world.page.scope.read('n')).toBe('typed');
  });
  test.each([
    ['12.5', 12.5],
    ['', null],
    ['0', 0],
    ['1,234', 1234],
    ['-3', -3],
  ])('a number field: %s', async (typed, expected) => {
    const { type, world } = await show(sources, [input('L', 'n', { type: 'number' })]);
    await type('input.fd-input', typed);
    expect(world.page.scope.read('n')).toBe(expected);
  });
  test('a number field refuses letters', async () => {
    const { type, world } = await show(sources, [input('L', 'n', { type: 'number' })]);
    await type('input.fd-input', '12a');
    expect(world.page.scope.read('n')).toBe(1234.5);
  });
  test('a date field takes the order of the locale', async () => {
    const { type, world } = await show(sources, [input('L', 'd', { type: 'date' })]);
    await type('input.fd-input', '12/31/2024');
    expect(world.page.scope.read('d')).toBe('2024-12-31');
  });
  test('a date that is none is told', async () => {
    const { type, world, $ } = await show(sources, [input('L', 'd', { type: 'date' })]);
    await type('input.fd-input', 'soon');
    expect(world.page.scope.read('d')).toBe('2025-03-14');
    expect($('.q-problem').textContent).toMatch(/Not a date/);
  });
  test('a duration field', async () => {
    const { type, world } = await show([sca('ms', 'duration', 0)], [input('L', 'ms', { type: 'duration' })]);
    await type('input.fd-input', '01:30');
    expect(world.page.scope.read('ms')).toBe(5400000);
  });
  test('read-only and disabled fields', async () => {
    const { $$ } = await show(sources, [input('A', 's', { readOnly: true }), input('B', 's', { disabled: true })]);
    const [a, b] = $$('input') as HTMLInputElement[];
    expect(a?.readOnly).toBe(true);
    expect(b?.disabled).toBe(true);
  });
  test.each([
    ['two-state', true, false],
    ['three-state', null, true],
    ['three-state', true, false],
    ['three-state', false, null],
    ['initial-indeterminate', null, true],
  ] as const)('checkbox %s from %s to %s', async (type, from, to) => {
    const { click, world } = await show([sca('b', 'bool', from)], [check('C', 'b', { type })]);
    await click('input[type=checkbox]');
    expect(world.page.scope.read('b')).toBe(to);
  });
  test('select: default is written, a choice is written', async () => {
    const { type, world } = await show(
      [sca('x', 'string', '')],
      [
        make('SelectInput', {}, [], {
          label: make('Label', { text: 'L' }),
          select: make('Select', {
            datasource: 'x',
            defaultValue: '2',
            options: [
              { label: 'A', value: '1' },
              { label: 'B', value: '2' },
            ],
          }),
        }),
      ],
    );
    expect(world.page.scope.read('x')).toBe('2');
    await type('select', '1');
    expect(world.page.scope.read('x')).toBe('1');
  });
  test('radio: single and multiple', async () => {
    const options = [
      { label: 'A', value: 'a', id: '1' },
      { label: 'B', value: 'b', id: '2' },
    ];
    const { $$, world, settle } = await show(
      [sca('x', 'string', ''), sca('y', 'array', ['b'])],
      [
        make('Radio', { datasource: 'x', options, defaultValue: 'b' }),
        make('Radio', { datasource: 'y', options, mode: 'multiple' }),
      ],
    );
    expect(world.page.scope.read('x')).toBe('b');
    await act(async () => {
      $$('.fd-radio__item')[0]?.click();
      $$('.fd-radio__item')[2]?.click();
    });
    await settle();
    expect(world.page.scope.read('x')).toBe('a');
    expect(world.page.scope.read('y')).toEqual(['a', 'b']);
  });
  test('clicks bubble, the inner chain first', async () => {
    const order: string[] = [];
    const functions = {
      'ds.inner': () => {
        order.push('inner');
        return 1;
      },
      'ds.outer': () => {
        order.push('outer');
        return 1;
      },
    };
    const { click } = await show(
      [],
      [
        make('StyleBox', { events: [call('ds.outer', { events: ['onclick'] })] }, [
          button('In', [call('ds.inner', { events: ['onclick'] })]),
        ]),
      ],
      { functions },
    );
    await click('button');
    expect(order).toEqual(['inner', 'outer']);
  });
  test('a disabled component runs nothing', async () => {
    const { click, world } = await show(sources, [
      button('B', [std('set', 's', { set: { value: 'x' }, events: ['onclick'] })], { disabled: true }),
    ]);
    await click('button');
    expect(world.page.scope.read('s')).toBe('abc');
  });
  test('dialogs: open, events, closed by action and by Escape', async () => {
    const dialog = make(
      'Dialog',
      {
        serverSideRef: 'dlg',
        closable: true,
        overlay: true,
        events: [
          std('set', 's', { set: { value: 'init' }, events: ['oninit'] }),
          std('set', 's', { set: { value: 'closed' }, events: ['onclose'] }),
          std('set', 'n', { set: { value: '7' }, events: ['onloaded'] }),
        ],
      },
      [],
      { Dialog: box({}, text('inside'), button('Close', [action('dialog', { actionType: 'close', targetDialog: 'dlg' })])) },
    );
    const { click, world, $$, $, settle } = await show(sources, [
      button('Open', [action('dialog', { actionType: 'open', targetDialog: 'dlg' })]),
      dialog,
    ]);
    expect($$('[role=dialog]').length).toBe(0);
    await click('.fd-page button');
    expect($('[role=dialog]').textContent).toContain('inside');
    expect($$('.fd-dialog-overlay').length).toBe(1);
    expect([world.page.scope.read('s'), world.page.scope.read('n')]).toEqual(['init', 7]);
    await click('[role=dialog] .fd-button');
    expect($$('[role=dialog]').length).toBe(0);
    expect(world.page.scope.read('s')).toBe('closed');
    await click('.fd-page button');
    await act(async () => {
      $('[role=dialog]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    });
    await settle();
    expect($$('[role=dialog]').length).toBe(0);
  });
  test('server code hides, shows, adds and removes classes', async () => {
    const functions = {
      'ds.fx': ({ args: [step], server }: { args: unknown[]; server: { effects: JsonObject | null } }) => {
        server.effects = {
          __COMPONENTS:
            step === 1
              ? { box: { visible: false, addClass: ['late'], removeClass: ['one'] } }
              : { box: { visible: true, addClass: [], removeClass: ['late'] } },
        };
        return 1;
      },
    };
    const run = (n: number): JsonObject =>
      call('ds.fx', { events: ['onclick'], params: [{ isHardCoded: true, hardCodedType: 'number', hardCodedValue: String(n) }] });
    const { click, $ } = await show(
      [],
      [
        make('StyleBox', { serverSideRef: 'box', classNames: ['one'] }, [text('x')]),
        button('1', [run(1)], { className: 'b1' }),
        button('2', [run(2)], { className: 'b2' }),
      ],
      { functions: functions as never },
    );
    await click('.b1');
    expect($('.fd-stylebox').classList.contains('late')).toBe(true);
    expect($('.fd-stylebox').classList.contains('one')).toBe(false);
    expect($('.fd-stylebox').style.display).toBe('none');
    await click('.b2');
    expect($('.fd-stylebox').style.display).toBe('');
    expect($('.fd-stylebox').classList.contains('late')).toBe(false);
  });
  test('states lay their properties over', async () => {
    const element = make(
      'StyleBox',
      { style: { color: 'red', width: '5px' }, classNames: ['one'] },
      [],
      {},
      { 'states:x': { style: { color: 'blue' }, classNames: ['two'] }, 'states:gone': { style: { color: 'green' } } },
    );
    const { $, world, settle } = await show([sca('s', 'string', '')], [element, button('Text', [], {})], {
      metadata: {
        states: [
          { id: 'root', label: 'Base' },
          { id: 'x', label: 'X', conditions: { type: 'datasource', path: 's', op: 'eq', value: 'on' } },
        ],
      },
    });
    expect($('.fd-stylebox').style.color).toBe('red');
    await act(async () => {
      await world.page.scope.write('s', 'on');
    });
    await settle();
    expect($('.fd-stylebox').style.color).toBe('blue');
    expect($('.fd-stylebox').style.width).toBe('5px');
    expect($('.fd-stylebox').classList.contains('two')).toBe(true);
    expect($('.fd-stylebox').classList.contains('one')).toBe(false);
  });
  const inner: Json = {
    metadata: { datasources: [sca('own', 'string', 'of the inner page')] },
    components: {
      ROOT: { type: { resolvedName: 'Container' }, props: { events: [] }, nodes: ['t', 'b'] },
      t: {
        type: { resolvedName: 'Text' },
        props: { doc: [{ type: 'paragraph', children: [{ type: 'datasource', datasource: 'own', children: [] }] }] },
      },
      b: {
        type: { resolvedName: 'Button' },
        props: {
          text: 'Go',
          events: [
            { type: 'navigation', target: 'Second', externalLink: false, parent: 'webform-loader-self', events: ['onclick'] },
          ],
        },
      },
    },
  };
  const second: Json = {
    metadata: {},
    components: {
      ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes: ['t'] },
      t: { type: { resolvedName: 'Text' }, props: { doc: [{ type: 'paragraph', children: [{ text: 'the second page' }] }] } },
    },
  };
  test('a page loader: first page, self navigation, its own sources', async () => {
    const { $, click, settle, world } = await show([], [make('WebformLoader', { webform: 'Inner', nodeId: 'loader' })], {
      pages: { Inner: inner, Second: second },
    });
    await settle();
    expect($('.fd-pageloader .fd-page').textContent).toContain('of the inner page');
    expect(world.page.children.size).toBe(1);
    await click('.fd-pageloader button');
    expect($('.fd-pageloader .fd-page').textContent).toContain('the second page');
    expect(world.page.children.size).toBe(1);
  });
  test('a page loader keeps its content when the page does not exist', async () => {
    const { $, settle, world } = await show([], [make('WebformLoader', { webform: 'Inner', nodeId: 'loader' })], {
      pages: { Inner: inner },
    });
    await settle();
    await act(async () => {
      await world.page.navigate('Gone', { external: false, place: 'webform-loader', loader: 'loader' });
    });
    await settle();
    expect($('.fd-pageloader .fd-page').textContent).toContain('of the inner page');
    expect(world.problems.some((problem) => /"Gone" does not exist/.test(problem))).toBe(true);
  });
  test('a click inside an item selects it before the actions of the click run', async () => {
    const seen: unknown[] = [];
    const functions = {
      'ds.tell': ({ args }: { args: unknown[] }) => {
        seen.push(args[0]);
        return 1;
      },
    };
    const { $$, settle } = await show(
      [sca('list', 'array', [{ n: 'a' }, { n: 'b' }]), sca('one', 'object')],
      [
        make('Timeline', {}),
        make('Matrix', { datasource: 'list', currentElement: 'one', gridProps: { styleboxHeight: 40 } }, [], {
          container: box({}, button('Tell', [call('ds.tell', { events: ['onclick'], params: [{ datasource: 'one.n' }] })])),
        }),
      ],
      { functions: functions as never },
    );
    for (let i = 0; i < 20 && $$('.fd-matrix').length === 0; i++) await settle();
    for (let i = 0; i < 20 && $$('.fd-matrix button').length === 0; i++) await settle();
    const second = $$('.fd-matrix button')[1];
    if (!second) throw new Error('no items');
    await act(async () => {
      second.click();
    });
    await settle();
    expect(seen).toEqual(['b']);
  });
  test('a popover that opens on hover stays while the focus moves into it', async () => {
    const { $, $$, settle } = await show(
      [],
      [
        make('Popover', { action: 'hover' }, [], {
          PopoverTrigger: box({}, text('menu')),
          PopoverContent: box({}, button('Inside', [])),
        }),
        button('Outside', []),
      ],
    );
    await settle();
    const focus = async (selector: string): Promise<void> => {
      await act(async () => {
        $(selector).focus();
      });
      await settle();
    };
    await focus('.q-popover-trigger');
    expect($$('.q-popover').length).toBe(1);
    await focus('.q-popover button');
    expect($$('.q-popover').length).toBe(1);
    await focus('.fd-page > .fd-button');
    expect($$('.q-popover').length).toBe(0);
  });
  test('On Select of a matrix knows the selected item as $This', async () => {
    const { $$, settle, world } = await show(
      [sca('list', 'array', [{ n: 'a' }, { n: 'b' }]), sca('one', 'object'), sca('copy', 'object')],
      [
        make(
          'Matrix',
          {
            datasource: 'list',
            currentElement: 'one',
            gridProps: { styleboxHeight: 40 },
            events: [
              {
                type: 'simple-action',
                events: ['onselect'],
                action: 'copy',
                actionType: 'datasource',
                datasource: { name: '$This', target: 'copy' },
              },
            ],
          },
          [],
          { container: box({}, text('item')) },
        ),
      ],
    );
    await settle();
    await act(async () => {
      $$('.fd-matrix .innerScrollContainer > div')[1]?.click();
    });
    await settle();
    expect(world.page.scope.read('copy')).toEqual({ n: 'b' });
    expect(world.problems).toEqual([]);
  });
  test('a page loader: source wins, clearing empties it', async () => {
    const { $, $$, settle, world } = await show(
      [sca('p', 'string', '')],
      [make('WebformLoader', { webform: 'Inner', datasource: 'p' })],
      { pages: { Inner: inner, Second: second } },
    );
    await settle();
    expect($('.fd-pageloader').textContent).toContain('of the inner page'); // the source is empty: the page's own
    await act(async () => {
      await world.page.scope.write('p', 'Second');
    });
    await settle();
    expect($('.fd-pageloader').textContent).toContain('the second page');
    await act(async () => {
      await world.page.scope.write('p', '');
    });
    await settle();
    expect($$('.fd-pageloader .fd-page').length).toBe(0);
  });
  test('a page that holds itself is cut', async () => {
    const self: Json = {
      metadata: {},
      components: {
        ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes: ['l'] },
        l: { type: { resolvedName: 'WebformLoader' }, props: { webform: 'Self' } },
      },
    };
    const { $$, settle, world } = await show([], [make('WebformLoader', { webform: 'Self' })], { pages: { Self: self } });
    for (let i = 0; i < 12; i++) await settle();
    expect($$('.fd-page').length).toBe(11);
    expect(world.problems.some((problem) => /nested deeper/.test(problem))).toBe(true);
  });
  test('a component that throws leaves the rest', async () => {
    const { $$, world } = await show(sources, [
      make('DataTable', { datasource: 's', columns: 5 as unknown as Json, rowHeight: -1 }),
      text('still here'),
    ]);
    expect(document.body.textContent).toContain('still here');
    expect($$('.fd-text').length).toBe(1);
    expect(world.app.page.peek()).not.toBe(null);
  });
  test('broken trees: missing children, cycles, orphans', async () => {
    const page = {
      ROOT: { type: { resolvedName: 'Container' }, props: {}, nodes: ['a', 'gone', 'a'] },
      a: { type: { resolvedName: 'StyleBox' }, props: {}, nodes: ['ROOT', 't'] },
      t: { type: { resolvedName: 'Text' }, props: { doc: [{ type: 'paragraph', children: [{ text: 'ok' }] }] } },
      orphan: { type: { resolvedName: 'Text' }, parent: 'nowhere' },
    };
    const world = await build({ sources: [], page: { components: page as unknown as JsonObject } });
    expect(world.page.def.nodes.size).toBe(3);
    expect(world.problems.length).toBe(3);
  });
  test('the language switches at once', async () => {
    const label = make('Button', { text: 'Parcel' }, [], {}, { 'i18n:it': { text: 'Pacco' } });
    const { $, world, settle } = await show([], [label], {
      settings: { i18n: { supported: [{ isocode: 'en' }, { isocode: 'it', native: 'Italiano' }], primary: 'en' } },
    });
    expect($('button.fd-button').textContent).toBe('Parcel');
    await act(async () => {
      await world.page.scope.write('Qodly:UserLanguage.selected', { isocode: 'it', locale: 'it', native: 'Italiano' });
    });
    await settle();
    expect($('button.fd-button').textContent).toBe('Pacco');
  });
  test('toasts can be closed', async () => {
    const { $, $$, world, click, settle } = await show([], []);
    await act(async () => {
      world.app.toast('warning', '<b>careful</b>');
    });
    await settle();
    expect($('.q-toast[data-type=warning]').textContent).toContain('<b>careful</b>');
    await click('.q-toast .q-close');
    expect($$('.q-toast').length).toBe(0);
  });
});
