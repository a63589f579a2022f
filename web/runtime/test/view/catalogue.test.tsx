// @vitest-environment jsdom
// What holds for every component (pages 15, 16; project-format 15): its events, being disabled, server effects, states.
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import type { Effects } from '../../src/rest/types';
import { call, sca, std } from '../data/scenario';
import { box, icon, make, text, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

const options: Json[] = [
  { label: 'A', value: 'a', id: '1' },
  { label: 'B', value: 'b', id: '2' },
];
const doc: Json = [{ type: 'paragraph', children: [{ text: 'words' }] }];
const label = (): Built => make('Label', { text: 'L' });
const list: Json = [{ n: 'x' }, { n: 'y' }];
const sources: Json[] = [
  sca('list', 'array', list),
  sca('item', 'object'),
  sca('s', 'string', 'a'),
  sca('n', 'number', 5),
  sca('b', 'bool', true),
  sca('d', 'date', '2025-03-14'),
  sca('hits', 'number', 0),
  sca('on', 'bool', false),
];

const mouse = ['onclick', 'onmouseenter', 'onmouseleave'];
const keys = ['onkeydown', 'onkeyup'];
const focus = ['onfocus', 'onblur'];

interface Entry {
  type: string;
  /** Element of the component, and the one that takes mouse and keys. */
  root: string;
  target?: string;
  events: string[];
  /** `props` are those of the component under test. */
  build: (props: JsonObject, custom: JsonObject) => Built;
}

const simple =
  (type: string, more: JsonObject = {}, linked: () => Record<string, Built> = () => ({})) =>
  (props: JsonObject, custom: JsonObject): Built =>
    make(type, { ...more, ...props }, [], linked(), custom);

const catalogue: Entry[] = [
  { type: 'StyleBox', root: '.fd-stylebox.it', events: [...mouse, 'ondblclick'], build: simple('StyleBox') },
  { type: 'Text', root: '.fd-text', events: [...mouse, ...keys, 'ondblclick'], build: simple('Text', { doc }) },
  { type: 'Button', root: 'button.fd-button', events: [...mouse, ...keys, ...focus], build: simple('Button', { text: 'B' }) },
  { type: 'Icon', root: '.fd-icon', events: [...mouse, ...keys], build: simple('Icon', { icon: 'fa-car' }) },
  { type: 'Image', root: '.fd-image', events: mouse, build: simple('Image', { imgSrc: '/a.png' }) },
  {
    type: 'TextInput',
    root: '.fd-textinput',
    events: mouse,
    build: simple('TextInput', {}, () => ({ label: label(), input: make('Input', { type: 'text', datasource: 's' }) })),
  },
  {
    type: 'Label',
    root: '.fd-label',
    events: [...mouse, ...keys],
    build: (props, custom) =>
      make('TextInput', {}, [], {
        label: make('Label', { text: 'L', ...props }, [], {}, custom),
        input: make('Input', { type: 'text' }),
      }),
  },
  ...['text', 'textArea', 'number', 'password'].map(
    (type): Entry => ({
      type: `Input (${type})`,
      root: '.fd-input',
      events: [...mouse, ...keys, ...focus, 'onauxclick'],
      build: (props, custom) =>
        make('TextInput', {}, [], { label: label(), input: make('Input', { type, datasource: 's', ...props }, [], {}, custom) }),
    }),
  ),
  {
    type: 'SelectInput',
    root: '.fd-selectinput',
    events: mouse,
    build: simple('SelectInput', {}, () => ({ label: label(), select: make('Select', { options, datasource: 's' }) })),
  },
  {
    type: 'Select',
    root: '.fd-select',
    events: ['onclick'],
    build: (props, custom) =>
      make('SelectInput', {}, [], {
        label: label(),
        select: make('Select', { options, datasource: 's', ...props }, [], {}, custom),
      }),
  },
  {
    type: 'Checkbox',
    root: '.fd-checkbox',
    events: ['onmouseenter', 'onmouseleave', ...focus],
    target: '.fd-checkbox',
    build: simple('Checkbox', {}, () => ({ label: label(), CheckboxInput: make('CheckboxInput', { datasource: 'b' }) })),
  },
  { type: 'Radio', root: '.fd-radio', events: [], build: simple('Radio', { options, datasource: 's' }) },
  {
    type: 'RangeInput',
    root: '.fd-rangeinput',
    events: [...mouse, ...keys],
    build: simple('RangeInput', {}, () => ({ label: label(), SliderContainer: make('SliderContainer', { datasource: 'n' }) })),
  },
  {
    type: 'SliderContainer',
    root: '.fd-slidercontainer',
    events: [...mouse, ...keys, ...focus],
    build: (props, custom) =>
      make('RangeInput', {}, [], {
        label: label(),
        SliderContainer: make('SliderContainer', { datasource: 'n', ...props }, [], {}, custom),
      }),
  },
  ...['SliderTrack', 'SliderFilledTrack', 'SliderThumb'].map(
    (type): Entry => ({
      type,
      root:
        { SliderTrack: '.chakra-slider__track', SliderFilledTrack: '.chakra-slider__filled-track' }[type] ??
        '.chakra-slider__thumb',
      events: [...mouse, ...keys],
      build: (props, custom) =>
        make('RangeInput', {}, [], {
          label: label(),
          SliderContainer: make('SliderContainer', { datasource: 'n' }, [], {
            track: make(
              'SliderTrack',
              type === 'SliderTrack' ? props : {},
              [],
              {
                filled: make(
                  'SliderFilledTrack',
                  type === 'SliderFilledTrack' ? props : {},
                  [],
                  {},
                  type === 'SliderFilledTrack' ? custom : {},
                ),
              },
              type === 'SliderTrack' ? custom : {},
            ),
            thumb: make('SliderThumb', type === 'SliderThumb' ? props : {}, [], {}, type === 'SliderThumb' ? custom : {}),
          }),
        }),
    }),
  ),
  {
    type: 'FileUpload',
    root: 'button.fd-fileupload',
    events: [...mouse, ...keys, ...focus],
    build: simple('FileUpload', { text: 'F', iconPosition: 'left' }, () => ({ icon: icon('fa-star') })),
  },
  {
    type: 'DataTable',
    root: '.fd-datatable',
    events: [...mouse, ...keys, 'ondblclick'],
    build: simple('DataTable', { datasource: 'list', columns: [{ id: '1', title: 'N', source: 'n', width: 80, sorting: true }] }),
  },
  {
    type: 'Matrix',
    root: '.fd-matrix',
    events: [...mouse, ...keys],
    build: simple('Matrix', { datasource: 'list', gridProps: { styleboxHeight: 40 } }, () => ({
      container: box({}, text('{$This.n}')),
    })),
  },
  {
    type: 'SelectBox',
    root: '.fd-selectbox',
    events: ['onclick'],
    build: simple('SelectBox', { datasource: 'list' }, () => ({ container: box({}, text('{$This.n}')) })),
  },
  {
    type: 'Tabs',
    root: '.fd-tabs',
    events: mouse,
    build: simple(
      'Tabs',
      {
        tabs: [
          { id: 'a', title: 'A' },
          { id: 'b', title: 'B' },
        ],
      },
      () => ({ a: box({}), b: box({}) }),
    ),
  },
  { type: 'WebformLoader', root: '.fd-pageloader', events: [...mouse, 'ondblclick'], build: simple('WebformLoader') },
  { type: 'Fallback', root: '.fd-fallback', events: mouse, build: simple('Fallback') },
  { type: 'Unknown', root: '.fd-unknown', events: mouse, build: simple('Mystery') },
  {
    type: 'Popover',
    root: '.fd-popover',
    events: mouse,
    build: simple('Popover', {}, () => ({ PopoverTrigger: box({}, text('t')), PopoverContent: box({}) })),
  },
  { type: 'StylishBox', root: '.fd-stylishbox', events: mouse, build: simple('StylishBox', {}, () => ({ container: box({}) })) },
  {
    type: 'Timeline',
    root: '.fd-timeline',
    events: mouse,
    build: simple('Timeline', { datasource: 'list' }, () => ({ item: box({}) })),
  },
  { type: 'Download', root: '.fd-download', events: [...mouse, ...keys, ...focus], build: simple('Download', { label: 'D' }) },
  { type: 'PdfViewer', root: '.fd-pdfviewer', events: mouse, build: simple('PdfViewer') },
  { type: 'Grid', root: '.fd-grid', events: mouse, build: simple('Grid', { areas: [] }) },
  { type: 'Columns', root: '.fd-columns', events: mouse, build: simple('Columns', { rows: [], columns: [] }) },
  {
    type: 'Accordion',
    root: '.fd-accordion',
    events: mouse,
    build: simple('Accordion', { items: [{ id: 'x' }] }, () => ({ accordion_x: box({}) })),
  },
  { type: 'DatePicker', root: '.fd-datepicker', events: mouse, build: simple('DatePicker', { datasource: 'd' }) },
  { type: 'MonthPicker', root: '.fd-monthpicker', events: mouse, build: simple('MonthPicker', { datasource: 'd' }) },
  { type: 'YearPicker', root: '.fd-yearpicker', events: mouse, build: simple('YearPicker', { datasource: 'n' }) },
  { type: 'ColorInput', root: '.fd-colorinput', events: mouse, build: simple('ColorInput', { datasource: 's' }) },
  { type: 'Calendar', root: '.fd-calendar', events: mouse, build: simple('Calendar', { datasource: 'list' }) },
  { type: 'Scheduler', root: '.fd-scheduler', events: [...mouse, ...keys], build: simple('Scheduler', { datasource: 'list' }) },
  { type: 'DayView', root: '.fd-dayview', events: [...mouse, ...keys], build: simple('DayView', { datasource: 'list' }) },
  { type: 'TextEditor', root: '.fd-texteditor', events: mouse, build: simple('TextEditor', { datasource: 's', readOnly: true }) },
  { type: 'Tree', root: '.fd-tree', events: mouse, build: simple('Tree', { datasource: 'list' }) },
  { type: 'WebCam', root: '.fd-webcam', events: mouse, build: simple('WebCam') },
  {
    type: 'Virtualizer',
    root: '.fd-virtualizer',
    events: mouse,
    build: simple('Virtualizer', { datasource: 'list' }, () => ({ element: box({}) })),
  },
  { type: 'Bar', root: '.fd-chart', events: mouse, build: simple('Bar', { datasource: 'list' }) },
];

async function appears(shown: Shown, selector: string): Promise<HTMLElement> {
  for (let i = 0; i < 60 && shown.$$(selector).length === 0; i++) await shown.settle();
  return shown.$(selector);
}

const dom: Readonly<Record<string, (target: HTMLElement) => void>> = {
  onclick: (target) => {
    target.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  },
  ondblclick: (target) => {
    target.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
  },
  onauxclick: (target) => {
    target.dispatchEvent(new MouseEvent('auxclick', { bubbles: true, button: 1 }));
  },
  onmouseenter: (target) => {
    target.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
  },
  onmouseleave: (target) => {
    target.dispatchEvent(new MouseEvent('mouseout', { bubbles: true }));
  },
  onkeydown: (target) => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true }));
  },
  onkeyup: (target) => {
    target.dispatchEvent(new KeyboardEvent('keyup', { key: 'x', bubbles: true }));
  },
  onfocus: (target) => {
    target.dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
  },
  onblur: (target) => {
    target.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
  },
};

/** Counts the calls of `ds.tell`. */
function counter(): { seen: string[]; functions: never } {
  const seen: string[] = [];
  const functions = {
    'ds.tell': ({ args }: { args: unknown[] }) => {
      seen.push(String(args[0]));
      return 1;
    },
  };
  return { seen, functions: functions as never };
}
const tell = (event: string): Json =>
  call('ds.tell', { events: [event], params: [{ isHardCoded: true, hardCodedType: 'string', hardCodedValue: event }] });

const effect = (visible: boolean, addClass: string[], removeClass: string[]): Effects => ({
  components: { ref: { visible, addClass, removeClass } },
  states: [],
});

describe.each(catalogue)('$type', ({ root, target = root, events, build }) => {
  test(`events: ${events.join(' ') || 'none of the common ones'}`, async () => {
    const { seen, functions } = counter();
    const shown = await show(sources, [build({ className: 'it', events: events.map(tell) }, {})], { functions });
    await appears(shown, root);
    for (const event of events)
      await act(async () => {
        dom[event]?.(shown.$(target));
      });
    for (let i = 0; i < 10 && seen.length < events.length; i++) await shown.settle();
    expect(seen).toEqual(events);
  });
  test('disabled: no action runs, the element is marked', async () => {
    const { seen, functions } = counter();
    const shown = await show(sources, [build({ className: 'it', disabled: true, events: events.map(tell) }, {})], { functions });
    const element = await appears(shown, root);
    expect(element.matches('[disabled]')).toBe(true);
    for (const event of events)
      await act(async () => {
        dom[event]?.(shown.$(target));
      });
    await shown.settle();
    expect(seen).toEqual([]);
  });
  test('server code hides it, shows it, adds and removes classes', async () => {
    const shown = await show(sources, [build({ className: 'it', classNames: ['old'], serverSideRef: 'ref' }, {})]);
    await appears(shown, root);
    const { page } = shown.world;
    await act(async () => {
      page.applyEffects(effect(false, ['new'], ['old']), false);
    });
    await shown.settle();
    expect([
      shown.$(root).style.display,
      shown.$(root).classList.contains('new'),
      shown.$(root).classList.contains('old'),
    ]).toEqual(['none', true, false]);
    await act(async () => {
      page.applyEffects(effect(true, [], []), false);
    });
    await shown.settle();
    expect(shown.$(root).style.display).not.toBe('none');
  });
  test('style, classes and states', async () => {
    const shown = await show(
      sources,
      [
        build(
          { className: 'it', classNames: ['one'], style: { color: 'red', minHeight: 40, '--x': '1' } },
          { 'states:x': { style: { color: 'blue', minHeight: '' }, classNames: ['two'], disabled: true } },
        ),
      ],
      {
        metadata: {
          states: [
            { id: 'root', label: 'Base' },
            { id: 'x', label: 'X', conditions: { type: 'datasource', path: 'on', op: 'istrue' } },
          ],
        },
      },
    );
    await appears(shown, root);
    const look = (): unknown => {
      const { style, classList } = shown.$(root);
      return [
        style.color,
        style.minHeight,
        classList.contains('one'),
        classList.contains('two'),
        shown.$(root).matches('[disabled]'),
      ];
    };
    expect(look()).toEqual(['red', '40px', true, false, false]);
    await act(async () => {
      await shown.world.page.scope.write('on', true);
    });
    await shown.settle();
    expect(look()).toEqual(['blue', '', false, true, true]);
    await act(async () => {
      await shown.world.page.scope.write('on', false);
    });
    await shown.settle();
    expect(look()).toEqual(['red', '40px', true, false, false]);
  });
});

describe('events of their own', () => {
  test('On Change: select, radio, range, tabs, checkbox, input', async () => {
    const { seen, functions } = counter();
    const shown = await show(
      sources,
      [
        make('SelectInput', {}, [], {
          label: label(),
          select: make('Select', { options, datasource: 's', events: [tell('onchange')] }),
        }),
        make('Radio', { options, datasource: 's', events: [tell('onchange')] }),
        make('RangeInput', { orientation: 'horizontal', events: [tell('onchange')] }, [], {
          label: label(),
          SliderContainer: make('SliderContainer', { datasource: 'n' }),
        }),
        make(
          'Tabs',
          {
            tabs: [
              { id: 'a', title: 'A' },
              { id: 'b', title: 'B' },
            ],
            events: [tell('onchange')],
          },
          [],
          { a: box({}), b: box({}) },
        ),
        make('Checkbox', {}, [], {
          label: label(),
          CheckboxInput: make('CheckboxInput', { datasource: 'b', events: [tell('onchange')] }),
        }),
      ],
      { functions },
    );
    await appears(shown, '[role=slider]');
    await appears(shown, '[role=radio]');
    await shown.type('select', 'b');
    await shown.click('.fd-radio__item');
    await act(async () => {
      shown.$('[role=slider]').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    });
    await shown.click('[role=tab]:nth-of-type(2)');
    await shown.click('input[type=checkbox]');
    for (let i = 0; i < 10 && seen.length < 5; i++) await shown.settle();
    expect(seen.length).toBe(5);
    expect(shown.world.page.scope.read('n')).toBe(6);
  });
  test('On Select and the events of headers and cells', async () => {
    const { seen, functions } = counter();
    const names = ['onselect', 'onheaderclick', 'onheaderdblclick', 'oncellclick', 'oncelldblclick', 'oncellmouseenter'];
    const shown = await show(
      sources,
      [
        make('DataTable', {
          datasource: 'list',
          currentElement: 'item',
          columns: [{ id: '1', title: 'N', source: 'n', width: 80 }],
          events: names.map(tell),
        }),
      ],
      { functions },
    );
    await appears(shown, '.row .cell');
    await shown.click('.header-cell');
    await act(async () => {
      dom['ondblclick']?.(shown.$('.header-cell'));
    });
    await shown.settle();
    await shown.click('.row .cell');
    await act(async () => {
      dom['ondblclick']?.(shown.$('.row .cell'));
      dom['onmouseenter']?.(shown.$('.row:nth-of-type(2) .cell'));
    });
    for (let i = 0; i < 10 && seen.length < 6; i++) await shown.settle();
    expect([...seen].sort()).toEqual([...names].sort());
    expect(seen.indexOf('onselect')).toBeLessThan(seen.indexOf('oncellclick'));
  });
  test('On Clear of a select box, and the set source', async () => {
    const shown = await show(
      [...sources, { ...sca('chosen', 'object', 'first'), from: 'list' }],
      [
        make(
          'SelectBox',
          {
            datasource: 'list',
            currentElement: 'chosen',
            events: [std('set', 's', { set: { value: 'cleared' }, events: ['onclear'] })],
          },
          [],
          { container: box({}, text('{$This.n}')) },
        ),
      ],
    );
    await appears(shown, '.fd-selectbox__clear');
    await shown.click('.fd-selectbox__clear');
    expect(shown.world.page.scope.read('chosen')).toBe(null);
    expect(shown.world.page.scope.read('s')).toBe('cleared');
  });
});
