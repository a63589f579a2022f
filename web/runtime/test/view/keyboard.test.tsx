// @vitest-environment jsdom
// Keyboard patterns and roles (WAI-ARIA practices), in both directions of writing; disabled and read-only (pages 15, 16).
import { act } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { call, sca, sel, std } from '../data/scenario';
import { box, button, input, make, text, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();
afterEach(() => {
  document.documentElement.dir = 'ltr';
});

const options: Json[] = ['a', 'b', 'c'].map((value) => ({ label: value.toUpperCase(), value, id: value }));
const label = (): Built => make('Label', { text: 'L' });
const people: Json = ['Ann', 'Ben', 'Cleo'].map((name) => ({ name }));

async function press(shown: Shown, selector: string, ...keys: string[]): Promise<void> {
  for (let i = 0; i < 60 && shown.$$(selector).length === 0; i++) await shown.settle();
  for (const key of keys) {
    await act(async () => {
      const target = document.activeElement?.closest(selector) ?? shown.$(selector);
      if (target instanceof HTMLElement && target !== document.activeElement && target.tabIndex >= 0) target.focus();
      const at = document.activeElement?.closest(selector) ? document.activeElement : target;
      at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
    await shown.settle();
  }
}
const set = (name: string, value: string, ...events: string[]): Json =>
  std('set', name, { set: { value, type: 'string' }, events });

describe('radio group', () => {
  const radio = (props: JsonObject = {}): Built => make('Radio', { datasource: 's', options, ...props });
  test.each<[string, string[], string]>([
    ['a', ['ArrowDown'], 'b'],
    ['a', ['ArrowRight'], 'b'],
    ['a', ['ArrowUp'], 'c'],
    ['a', ['ArrowLeft'], 'c'],
    ['c', ['ArrowDown'], 'a'],
    ['', ['ArrowUp'], 'c'],
    ['', ['ArrowDown'], 'b'],
    ['b', ['x'], 'b'],
  ])('from "%s" %j leads to "%s"', async (start, keys, expected) => {
    const shown = await show([sca('s', 'string', start)], [radio()]);
    await press(shown, '.fd-radio__item[tabindex="0"]', ...keys);
    expect(shown.world.page.scope.read('s')).toBe(expected);
  });
  test('one stop of the Tab key; roles and states', async () => {
    const shown = await show([sca('s', 'string', 'b')], [radio()]);
    expect(shown.$('.fd-radio').getAttribute('role')).toBe('radiogroup');
    expect(shown.$$('[role=radio]').map((item) => [item.getAttribute('aria-checked'), item.tabIndex])).toEqual([
      ['false', -1],
      ['true', 0],
      ['false', -1],
    ]);
  });
  test('several: check boxes, each a stop; arrows choose nothing', async () => {
    const shown = await show([sca('s', 'array', ['b'])], [radio({ mode: 'multiple' })]);
    expect(shown.$$('[role=checkbox]').map((item) => [item.getAttribute('aria-checked'), item.tabIndex])).toEqual([
      ['false', 0],
      ['true', 0],
      ['false', 0],
    ]);
    await press(shown, '.fd-radio__item', 'ArrowDown');
    expect(shown.world.page.scope.read('s')).toEqual(['b']);
  });
});

describe('tabs', () => {
  const tabs = (props: JsonObject = {}, events: Json[] = []): Built =>
    make('Tabs', { tabs: ['a', 'b', 'c'].map((id) => ({ id, title: id })), events, serverSideRef: 'strip', ...props }, [], {
      a: box({}, text('one')),
      b: box({}, text('two')),
      c: box({}, text('three')),
    });
  const active = (shown: Shown): string => shown.$('[role=tab][aria-selected=true]').textContent ?? '';
  test.each<[string, string[], string]>([
    ['ltr', ['ArrowRight'], 'b'],
    ['ltr', ['ArrowLeft'], 'c'],
    ['ltr', ['End', 'ArrowRight'], 'a'],
    ['ltr', ['End', 'Home'], 'a'],
    ['rtl', ['ArrowLeft'], 'b'],
    ['rtl', ['ArrowRight'], 'c'],
  ])('%s %j leads to %s', async (dir, keys, expected) => {
    const shown = await show([], [tabs()]);
    document.documentElement.dir = dir;
    await press(shown, '[role=tab]', ...keys);
    expect(active(shown)).toBe(expected);
    expect(document.activeElement?.textContent).toBe(expected);
    expect(shown.$$('[role=tabpanel]').filter((panel) => !panel.hidden).length).toBe(1);
    const panel = shown.$(`[id="${shown.$('[aria-selected=true]').getAttribute('aria-controls') ?? ''}"]`);
    expect(panel.getAttribute('aria-labelledby')).toBe(shown.$('[aria-selected=true]').id);
  });
  test('the place of the tab goes with On Change and with a click; a click on the open tab changes nothing', async () => {
    const told: unknown[] = [];
    const tell = (event: string): Json => call('ds.tell', { events: [event] });
    const shown = await show([], [tabs({}, [tell('onchange'), tell('onclick')])], {
      functions: {
        'ds.tell': ({ context }) => {
          told.push((context as { event: { eventType: string; data: unknown; caller: string } }).event);
          return 1;
        },
      },
    });
    await shown.click('[role=tab]:nth-child(3)');
    await shown.click('[role=tab]:nth-child(3)');
    expect(told).toHaveLength(3);
    expect(told).toContainEqual({ caller: 'strip', eventType: 'onchange', data: { index: 2 } });
    expect(told.filter((event) => (event as { eventType: string }).eventType === 'onclick')).toEqual([
      { caller: 'strip', eventType: 'onclick', data: { index: 2 } },
      { caller: 'strip', eventType: 'onclick', data: { index: 2 } },
    ]);
  });
  test('a state changes styles, the chosen tab stays', async () => {
    const node = tabs();
    const own = node.nodes[node.id] as JsonObject;
    own['custom'] = { 'states:x': { variant: 'enclosed' } };
    const shown = await show([], [node], {
      metadata: {
        states: [
          { id: 'root', label: 'Base' },
          { id: 'x', label: 'X' },
        ],
      },
    });
    await shown.click('[role=tab]:nth-child(2)');
    await act(async () => {
      shown.world.page.states.set(['x'], true);
    });
    await shown.settle();
    expect([shown.$('.fd-tabs').dataset['variant'], active(shown)]).toEqual(['enclosed', 'b']);
  });
  test('a state with fewer tabs leaves one of them open', async () => {
    const node = tabs();
    (node.nodes[node.id] as JsonObject)['custom'] = { 'states:x': { tabs: [{ id: 'a', title: 'a' }] } };
    const shown = await show([], [node], {
      metadata: {
        states: [
          { id: 'root', label: 'Base' },
          { id: 'x', label: 'X' },
        ],
      },
    });
    await shown.click('[role=tab]:nth-child(3)');
    await act(async () => {
      shown.world.page.states.set(['x'], true);
    });
    await shown.settle();
    expect(active(shown)).toBe('a');
  });
});

describe('data table', () => {
  const columns: Json[] = [
    { id: '1', title: 'Title', source: 'title', width: 150, sorting: true },
    { id: '2', title: 'Pages', source: 'pages', width: '80' },
    { id: '3', title: 'Shop', source: 'author.name', width: '33%' },
    { id: '4', title: 'Nothing', source: '', width: 'wide' },
  ];
  const table = (props: JsonObject = {}): Built =>
    make('DataTable', { datasource: 'books', currentElement: 'book', columns, ...props });
  const sources = [
    sel('books'),
    { id: 'book', type: 'entity', dataclass: 'Book', from: 'books', initialValue: '', namespace: '' },
  ];
  const loaded = async (shown: Shown): Promise<void> => {
    for (let i = 0; i < 60 && shown.$$('.row .q-cell-text').length === 0; i++) await shown.settle();
  };
  test.each<[string[], string]>([
    [['ArrowDown'], 'Tidal Maps 1'],
    [['ArrowDown', 'ArrowDown'], 'Quiet Harbour 2'],
    [['ArrowDown', 'ArrowUp'], 'Tidal Maps 1'],
    [['End', 'Home'], 'Tidal Maps 1'],
    [['ArrowUp'], 'Tidal Maps 1'],
    [['PageDown'], 'Tidal Maps 1'],
  ])('%j selects %s', async (keys, expected) => {
    const shown = await show(sources, [table()]);
    await loaded(shown);
    await press(shown, '.fd-datatable', ...keys);
    await shown.settle();
    expect(shown.world.page.scope.read('book.title')).toBe(expected);
    const marked = shown.$$('.row[aria-selected=true]');
    expect(marked.length).toBe(1);
    expect(marked[0]?.classList.contains('selected')).toBe(true);
    expect(shown.$('.fd-datatable').getAttribute('aria-activedescendant')).toBe(marked[0]?.id);
  });
  test('roles, counts and places', async () => {
    const shown = await show(sources, [table()]);
    await loaded(shown);
    const grid = shown.$('.fd-datatable');
    expect([grid.getAttribute('role'), grid.getAttribute('aria-rowcount'), grid.getAttribute('aria-colcount')]).toEqual([
      'grid',
      '13',
      '4',
    ]);
    expect(shown.$$('[role=columnheader]').length).toBe(4);
    expect(shown.$('.row').getAttribute('aria-rowindex')).toBe('2');
    expect(shown.$$('.row:first-child [role=gridcell]').map((cell) => cell.getAttribute('aria-colindex'))).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
  });
  test('widths: numbers and texts of numbers are pixels, what is none is the usual width', async () => {
    const shown = await show(sources, [table()]);
    await loaded(shown);
    expect(shown.$('.header').style.gridTemplateColumns || shown.$('.header').getAttribute('style')).toContain(
      'minmax(40px, 150px) minmax(40px, 80px) 33% minmax(40px, 150px)',
    );
  });
  test('the header sorts by Enter and by Space, ascending, then descending', async () => {
    const shown = await show(sources, [table()]);
    await loaded(shown);
    const order = (): string | null => shown.$('[role=columnheader]').getAttribute('aria-sort');
    expect(order()).toBe('none');
    await press(shown, '[role=columnheader]', 'Enter');
    expect(order()).toBe('ascending');
    await press(shown, '[role=columnheader]', ' ');
    expect(order()).toBe('descending');
  });
  test('disabled: no selection, no order, no marks, none of its events', async () => {
    const shown = await show(
      [...sources, sca('hits', 'string', '')],
      [
        table({
          disabled: true,
          events: ['onselect', 'onclick', 'oncellclick', 'onheaderclick', 'onkeydown'].map((event) => set('hits', event, event)),
        }),
      ],
    );
    await loaded(shown);
    await shown.click('.cell');
    await shown.click('.header-cell');
    await press(shown, '.fd-datatable', 'End');
    expect(shown.world.page.scope.read('hits')).toBe('');
    expect(shown.world.page.scope.read('book')).toBe(null);
    expect(shown.$('.header-cell').getAttribute('aria-sort')).toBe('none');
    expect(shown.$$('.selected, .hover').length).toBe(0);
  });
  test('names of headers and columns', async () => {
    const shown = await show(sources, [table()]);
    await loaded(shown);
    expect(shown.$$('.header-author-name, .row .col-author-name').length).toBeGreaterThan(1);
    expect(shown.$$('.row')[1]?.classList.contains('row-even')).toBe(true);
    expect(shown.$$('.row .cell')[1]?.classList.contains('col-even')).toBe(true);
    expect(shown.$$('.header-cell')[1]?.classList.contains('header-even')).toBe(true);
  });
});

describe('select box', () => {
  const select = (props: JsonObject = {}): Built =>
    make('SelectBox', { datasource: 'people', currentElement: 'one', placeholder: 'Who?', ...props }, [], {
      container: box({}, text('{$This.name}')),
    });
  const sources = [sca('people', 'array', people), sca('one', 'object')];
  const name = (shown: Shown): unknown => shown.world.page.scope.read('one.name');
  test.each<[string[], unknown]>([
    [['ArrowDown', 'Enter'], 'Ann'],
    [['ArrowDown', 'ArrowDown', 'Enter'], 'Ben'],
    [['ArrowDown', 'End', 'Enter'], 'Cleo'],
    [['ArrowDown', 'End', 'Home', ' '], 'Ann'],
    [['ArrowDown', 'ArrowDown', 'Escape'], null],
    [['ArrowUp', 'Enter'], 'Ann'],
  ])('%j chooses %j', async (keys, expected) => {
    const shown = await show(sources, [select()]);
    const [first = '', ...rest] = keys;
    await press(shown, '.fd-selectbox__toggle_button', first);
    expect(shown.$('.fd-selectbox__toggle_button').getAttribute('aria-expanded')).toBe('true');
    await press(shown, '.fd-selectbox__menu', ...rest);
    expect(name(shown)).toBe(expected);
    expect(shown.$('.fd-selectbox__toggle_button').getAttribute('aria-expanded')).toBe('false');
    expect(document.activeElement).toBe(shown.$('.fd-selectbox__toggle_button'));
  });
  test('the menu opens at the chosen item and marks it', async () => {
    const shown = await show([sca('people', 'array', people), sca('one', 'object', { name: 'Ben' })], [select()]);
    await shown.click('.fd-selectbox__toggle_button');
    expect(shown.$('[role=option][aria-selected=true]').textContent).toBe('Ben');
    const list = shown.$('[role=listbox]');
    expect(list.getAttribute('aria-activedescendant')).toBe(shown.$('[role=option][aria-selected=true]').id);
  });
  test('disabled: it does not open, nothing can be cleared', async () => {
    const shown = await show(
      [sca('people', 'array', people), sca('one', 'object', { name: 'Ben' })],
      [select({ disabled: true })],
    );
    await shown.click('.fd-selectbox__toggle_button');
    expect(shown.$$('.fd-selectbox__menu, .fd-selectbox__clear').length).toBe(0);
  });
  test('an empty list and a placeholder', async () => {
    const shown = await show([sca('people', 'array', []), sca('one', 'object')], [select()]);
    expect(shown.$('.fd-selectbox__toggle_button').textContent).toBe('Who?');
    await shown.click('.fd-selectbox__toggle_button');
    expect(shown.$('.q-empty').textContent).toBe('No entries');
  });
});

describe('matrix', () => {
  const matrix = (props: JsonObject = {}): Built =>
    make('Matrix', { datasource: 'people', currentElement: 'one', gridProps: { styleboxHeight: 40 }, ...props }, [], {
      container: box({}, text('{$This.name}')),
    });
  const sources = [sca('people', 'array', people), sca('one', 'object')];
  test.each<[string, string[], unknown]>([
    ['ltr', ['ArrowDown'], 'Ann'],
    ['ltr', ['ArrowDown', 'ArrowDown'], 'Ben'],
    ['ltr', ['End', 'ArrowUp'], 'Ben'],
    ['ltr', ['Home', 'ArrowRight'], 'Ben'],
    ['rtl', ['Home', 'ArrowLeft'], 'Ben'],
    ['ltr', ['End', 'ArrowDown'], 'Cleo'],
  ])('%s %j selects %j', async (dir, keys, expected) => {
    const shown = await show(sources, [matrix()]);
    document.documentElement.dir = dir;
    await press(shown, '.FdVirtualGrid', ...keys);
    expect(shown.world.page.scope.read('one.name')).toBe(expected);
    expect(shown.$('[role=option][aria-selected=true]').textContent).toBe(expected);
  });
  test('disabled: neither keys nor clicks select', async () => {
    const shown = await show(sources, [matrix({ disabled: true })]);
    await press(shown, '.FdVirtualGrid', 'End');
    await shown.click('.FdVirtualGrid .fd-stylebox');
    expect(shown.world.page.scope.read('one')).toBe(null);
    expect(shown.$$('.selected').length).toBe(0);
  });
});

describe('slider', () => {
  test.each<[string, string, string, number]>([
    ['ltr', 'horizontal', 'ArrowRight', 6],
    ['ltr', 'horizontal', 'ArrowLeft', 4],
    ['rtl', 'horizontal', 'ArrowRight', 4],
    ['rtl', 'horizontal', 'ArrowLeft', 6],
    ['rtl', 'vertical', 'ArrowRight', 6],
    ['ltr', 'vertical', 'ArrowUp', 6],
    ['rtl', 'horizontal', 'ArrowUp', 6],
    ['rtl', 'horizontal', 'Home', 0],
  ])('%s, %s, %s: %d', async (dir, orientation, key, expected) => {
    const shown = await show(
      [sca('n', 'number', 5)],
      [
        make('RangeInput', { orientation }, [], {
          label: label(),
          SliderContainer: make('SliderContainer', { datasource: 'n' }),
        }),
      ],
    );
    document.documentElement.dir = dir;
    await press(shown, '[role=slider]', key);
    expect(shown.world.page.scope.read('n')).toBe(expected);
  });
});

describe('dialogs', () => {
  const open = (type: string, name = 'd'): Json => ({
    type: 'dialog',
    actionType: type,
    targetDialog: name,
    events: ['onclick'],
  });
  const dialog = (props: JsonObject = {}, name = 'd'): Built =>
    make('Dialog', { serverSideRef: name, ...props }, [], { Dialog: box({}, button('inside')) });
  test('role, name, modality', async () => {
    const shown = await show([], [button('O', [open('open')]), dialog({ overlay: true, closable: true })]);
    await shown.click('button.fd-button');
    const found = shown.$('[role=dialog]');
    expect([found.getAttribute('aria-modal'), found.getAttribute('aria-label')]).toEqual(['true', 'd']);
    expect(document.activeElement?.textContent).toBe('inside');
  });
  test.each([
    [{ closable: true }, 0],
    [{ closable: false }, 1],
    [{}, 1],
  ])('Escape with %o leaves %d open', async (props, left) => {
    const shown = await show([], [button('O', [open('open')]), dialog(props)]);
    await shown.click('button.fd-button');
    await press(shown, '[role=dialog]', 'Escape');
    expect(shown.$$('[role=dialog]').length).toBe(left);
  });
  test.each([
    [{ closable: true, overlay: true }, 0],
    [{ overlay: true }, 1],
  ])('a click outside with %o leaves %d open', async (props, left) => {
    const shown = await show([], [button('O', [open('open')]), dialog(props)]);
    await shown.click('button.fd-button');
    await shown.click('.fd-dialog-overlay');
    expect(shown.$$('[role=dialog]').length).toBe(left);
  });
  test('what server code has closed can be opened again by an action, and the other way round', async () => {
    const shown = await show([], [button('O', [open('open')]), dialog({ closable: true })]);
    const effect = async (visible: boolean): Promise<void> => {
      await act(async () => {
        shown.world.page.applyEffects(
          { components: { d: { visible, addClass: [], removeClass: [] } }, states: [], notification: null } as never,
          false,
        );
      });
      await shown.settle();
    };
    await shown.click('button.fd-button');
    await effect(false);
    expect(shown.$$('[role=dialog]').length).toBe(0);
    await shown.click('button.fd-button');
    expect(shown.$('[role=dialog]').style.display).not.toBe('none');
    await shown.click('.q-dialog-close');
    await effect(true);
    expect(shown.$$('[role=dialog]').length).toBe(1);
    await effect(true);
    expect(shown.$$('[role=dialog]').length).toBe(1);
  });
  test('opening twice is opening once; the last of several is on top; closing one leaves the other', async () => {
    const shown = await show(
      [sca('log', 'string', '')],
      [
        button('O', [open('open', 'a'), open('open', 'b'), open('open', 'a'), open('open', 'gone')]),
        button('C', [open('close', 'a'), open('close', 'a')]),
        dialog({}, 'a'),
        dialog({}, 'b'),
      ],
    );
    await shown.click('button.fd-button');
    expect(shown.$$('[role=dialog]').map((item) => item.getAttribute('aria-label'))).toEqual(['a', 'b']);
    const layers = shown.$$('.q-dialog-layer').map((layer) => Number(layer.style.zIndex));
    expect(layers[1]).toBeGreaterThan(layers[0] ?? 0);
    await act(async () => {
      shown.$$('button.fd-button')[1]?.click();
    });
    await shown.settle();
    expect(shown.$$('[role=dialog]').map((item) => item.getAttribute('aria-label'))).toEqual(['b']);
  });
  test('"disabled" has no effect on a dialog', async () => {
    const shown = await show([], [button('O', [open('open')]), dialog({ disabled: true, closable: true })]);
    await shown.click('button.fd-button');
    await shown.click('.q-dialog-close');
    expect(shown.$$('[role=dialog]').length).toBe(0);
  });
});

describe('read-only', () => {
  test.each(['text', 'textArea', 'number', 'password', 'date', 'time', 'duration'])('a %s field', async (type) => {
    for (const name of ['readonly', 'readOnly']) {
      document.body.innerHTML = '';
      const shown = await show(
        [sca('v', type === 'number' ? 'number' : 'string', '5')],
        [input('L', 'v', { type, [name]: true })],
      );
      for (let i = 0; i < 40 && shown.$$('.q-field:disabled').length > 0; i++) await shown.settle();
      expect(shown.$<HTMLInputElement>('.fd-input').readOnly).toBe(true);
      expect(shown.$$('.q-date button:not([disabled])').length).toBe(0);
      await press(shown, '.fd-input', 'ArrowDown', 'ArrowUp', 'Enter');
      expect(shown.$$('[role=dialog]').length).toBe(0);
    }
  });
});

describe('a disabled wrapper disables its parts', () => {
  test.each<[string, () => Built]>([
    ['text', () => make('TextInput', { disabled: true }, [], { label: label(), input: make('Input', { type: 'text' }) })],
    ['select', () => make('SelectInput', { disabled: true }, [], { label: label(), select: make('Select', { options }) })],
    ['check box', () => make('Checkbox', { disabled: true }, [], { label: label(), CheckboxInput: make('CheckboxInput', {}) })],
  ])('%s', async (_, build) => {
    const shown = await show([], [build()]);
    expect(shown.$<HTMLInputElement>('input, select').disabled).toBe(true);
  });
  test('not the children of a box that holds a disabled button', async () => {
    const shown = await show(
      [sca('s', 'string', '')],
      [
        box(
          {},
          button('off', [set('s', 'off', 'onclick')], { disabled: true }),
          button('on', [set('s', 'on', 'onclick')], { classNames: ['on'] }),
        ),
      ],
    );
    await shown.click('button.fd-button');
    expect(shown.world.page.scope.read('s')).toBe('');
    await shown.click('button.on');
    expect(shown.world.page.scope.read('s')).toBe('on');
  });
});

test('the wheels of a time: open, walk, Escape goes back to the field', async () => {
  const shown = await show([sca('ms', 'duration', 9 * 3600000)], [input('L', 'ms', { type: 'time' })]);
  for (let i = 0; i < 60 && shown.$$('.q-date-button').length === 0; i++) await shown.settle();
  Element.prototype.scrollIntoView = () => {}; // jsdom has none
  const opener = shown.$('.q-date-button');
  expect([opener.getAttribute('aria-haspopup'), opener.getAttribute('aria-expanded')]).toEqual(['dialog', 'false']);
  await shown.click('.q-date-button');
  expect(shown.$('.q-date-button').getAttribute('aria-expanded')).toBe('true');
  await press(shown, '.q-wheel[aria-label=Hour]', 'ArrowDown', 'ArrowDown', 'ArrowUp');
  await press(shown, '.q-wheel[aria-label=Minute]', 'ArrowUp');
  expect(shown.world.page.scope.read('ms')).toBe(10 * 3600000 + 59 * 60000);
  await press(shown, '.q-wheel[aria-label=Minute]', 'Escape');
  expect(shown.$$('.q-wheels').length).toBe(0);
  expect(document.activeElement).toBe(shown.$('.fd-input'));
});
