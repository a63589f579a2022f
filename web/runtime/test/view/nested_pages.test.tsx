// @vitest-environment jsdom
// Pages in pages (pages 4.5, 9.2, 10, 12.4): whose sources, whose effects, whose states; what states may change.
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { call, ent, sca, sel, std } from '../data/scenario';
import { box, button, input, make, page, text, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

async function appears(shown: Shown, selector: string, count = 1): Promise<HTMLElement> {
  for (let i = 0; i < 80 && shown.$$(selector).length < count; i++) await shown.settle();
  return shown.$(selector);
}
const set = (name: string, value: string): Json => std('set', name, { set: { value, type: 'string' }, events: ['onclick'] });
const loader = (webform: string, more: JsonObject = {}): Built => make('WebformLoader', { webform, ...more });
const files = (shared: JsonObject): JsonObject => ({
  files: {
    'shared_datasources.json': shared,
    'shared_css.json': {},
    'saved_conditions.json': {},
    'i18n.json': {},
    'CustomComponents/manifest.json': [],
  },
});
const state = (id: string, conditions?: Json): Json => ({
  id,
  label: id.toUpperCase(),
  ...(conditions === undefined ? {} : { conditions }),
});
const withState = (built: Built, id: string, override: JsonObject): Built => {
  const node = built.nodes[built.id] as JsonObject;
  node['custom'] = { ...(node['custom'] as JsonObject), [`states:${id}`]: override };
  return built;
};

describe('sources', () => {
  test('two loaders of one page hold two sets; shared sources are one', async () => {
    const inner = page(
      [sca('own', 'string', '-')],
      [
        button('own', [set('own', 'changed')], { classNames: ['b-own'] }),
        button('shared', [set('app:s', 'changed')], { classNames: ['b-shared'] }),
        text('{own} {app:s}', {}, { classNames: ['shown'] }),
      ],
    );
    const shown = await show([], [loader('Inner'), loader('Inner')], {
      pages: { Inner: inner },
      settings: files({ app: [sca('s', 'string', '-', { namespace: 'app' })] }),
    });
    await appears(shown, '.shown', 2);
    const texts = (): (string | null)[] => shown.$$('.shown').map((item) => item.textContent);
    expect(texts()).toEqual(['- -', '- -']);
    await shown.click('.b-own');
    expect(texts()).toEqual(['changed -', '- -']);
    await shown.click('.b-shared');
    expect(texts()).toEqual(['changed changed', '- changed']);
  });
  test('a page in a loader does not see the sources of the page around it', async () => {
    const shown = await show([sca('outer', 'string', 'secret')], [loader('Inner')], {
      pages: { Inner: page([], [text('[{outer}]', {}, { classNames: ['shown'] })]) },
    });
    expect((await appears(shown, '.shown')).textContent).toBe('[]');
  });
  test('going to another page and back begins anew, shared sources stay', async () => {
    const to = (target: string): Json => ({ type: 'navigation', target, parent: 'webform-loader-self', events: ['onclick'] });
    const one = page(
      [sca('own', 'string', '-')],
      [
        button('go', [set('own', 'x'), set('app:s', 'x'), to('Two')], { classNames: ['one'] }),
        text('{own}{app:s}', {}, { classNames: ['shown'] }),
      ],
    );
    const two = page([], [button('back', [to('One')], { classNames: ['two'] })]);
    const shown = await show([], [loader('One')], {
      pages: { One: one, Two: two },
      settings: files({ app: [sca('s', 'string', '-', { namespace: 'app' })] }),
    });
    await appears(shown, '.one');
    await shown.click('.one');
    await appears(shown, '.two');
    await shown.click('.two');
    expect((await appears(shown, '.shown')).textContent).toBe('-x');
  });
  test('a matrix in a matrix over a relation', async () => {
    const shown = await show(
      [sel('authors', { dataclass: 'Author' })],
      [
        make('Matrix', { datasource: 'authors', iterator: '$author', gridProps: { styleboxHeight: 100 } }, [], {
          container: box(
            {},
            text('{$author.books.length}', {}, { classNames: ['count'] }),
            make('Matrix', { datasource: '$author.books', gridProps: { styleboxHeight: 20 } }, [], {
              container: box({}, text('{$author.name}: {$This.title}', {}, { classNames: ['inner'] })),
            }),
          ),
        }),
      ],
    );
    await appears(shown, '.inner', 6);
    for (let i = 0; i < 20; i++) await shown.settle();
    expect(shown.$('.count').textContent).toBe('3');
    expect(shown.$('.inner').textContent).toBe('A. Dahl: Tidal Maps 1');
  });
});

describe('effects of server code', () => {
  const effect = (ref: string, visible: boolean): object => ({ __COMPONENTS: { [ref]: { visible } } });
  const acts = (ref: string): { functions: never; press: Built } => ({
    functions: {
      'ds.act': ({ server }: { server: { effects: unknown } }) => {
        server.effects = effect(ref, false);
        return 1;
      },
    } as never,
    press: button('act', [call('ds.act', { events: ['onclick'] })], { classNames: ['act'] }),
  });
  const part = (ref: string, where: string): Built =>
    make('StyleBox', { serverSideRef: ref, classNames: [where] }, [text(where)]);
  const hidden = (shown: Shown): string[] =>
    ['outer', 'inner', 'sibling'].filter((name) => shown.$$(`.${name}`)[0]?.style.display === 'none');

  test.each<[string, string, string[]]>([
    ['own', 'the page of the event', ['inner']],
    ['nav', 'the page around it', ['outer']],
    ['nowhere', 'nobody', []],
  ])('"%s" means %s', async (ref, _, expected) => {
    const { functions, press } = acts(ref);
    const shown = await show([], [part('nav', 'outer'), loader('Inner')], {
      functions,
      pages: { Inner: page([], [part('own', 'inner'), press]) },
    });
    await appears(shown, '.act');
    await shown.click('.act');
    expect(hidden(shown)).toEqual(expected);
  });
  test('from the page around into the loaded ones, and only when it has none itself', async () => {
    const { functions, press } = acts('both');
    const shown = await show([], [press, loader('Inner'), loader('Sibling')], {
      functions,
      pages: { Inner: page([], [part('both', 'inner')]), Sibling: page([], [part('both', 'sibling')]) },
    });
    await appears(shown, '.sibling');
    await shown.click('.act');
    expect(hidden(shown)).toEqual(['inner', 'sibling']);
  });
  test('a reference inside an iteration means all items; one that two components carry means both', async () => {
    const { functions, press } = acts('cell');
    const shown = await show(
      [sca('l', 'array', ['a', 'b', 'c'])],
      [
        press,
        make('StyleBox', { serverSideRef: 'cell', classNames: ['cell'] }, [text('x')]),
        make('Matrix', { datasource: 'l', gridProps: { styleboxHeight: 20 } }, [], {
          container: make('StyleBox', { serverSideRef: 'cell', classNames: ['cell'] }, [text('{$This}')]),
        }),
      ],
      { functions },
    );
    await appears(shown, '.cell', 4);
    await shown.click('.act');
    expect(shown.$$('.cell').map((item) => item.style.display)).toEqual(['none', 'none', 'none', 'none']);
  });
  test('a dialog of the page around is closed from a page in a loader', async () => {
    const { functions, press } = acts('dlg');
    const shown = await show(
      [],
      [
        button('open', [{ type: 'dialog', actionType: 'open', targetDialog: 'dlg', events: ['onclick'] }], {
          classNames: ['open'],
        }),
        make('Dialog', { serverSideRef: 'dlg' }, [], { Dialog: box({}, loader('Inner')) }),
      ],
      { functions, pages: { Inner: page([], [press]) } },
    );
    await shown.click('.open');
    await appears(shown, '.act');
    await shown.click('.act');
    for (let i = 0; i < 5; i++) await shown.settle();
    expect(shown.$$('[role=dialog]').length).toBe(0);
  });
  test('a component with display none is shown by server code, and hidden again', async () => {
    let visible = true;
    const shown = await show(
      [],
      [
        make('StyleBox', { serverSideRef: 'x', style: { display: 'none' }, classNames: ['x'] }, [
          text('content', {}, { classNames: ['in'] }),
        ]),
        button('act', [call('ds.act', { events: ['onclick'] })]),
      ],
      {
        functions: {
          'ds.act': ({ server }) => {
            server.effects = effect('x', visible) as never;
            visible = !visible;
            return 1;
          },
        },
      },
    );
    expect(shown.$$('.in').length).toBe(0);
    await shown.click('button');
    expect([shown.$('.x').style.display, shown.$$('.in').length]).toEqual(['', 1]);
    await shown.click('button');
    expect(shown.$('.x').style.display).toBe('none');
  });
});

describe('states of the page around', () => {
  const parent = (op: string, value: string): Json => ({ type: 'parentState', op, value });
  test('a condition follows them', async () => {
    const shown = await show(
      [],
      [
        button(
          'on',
          [
            {
              type: 'simple-action',
              actionType: 'state',
              action: 'add',
              state: { states: ['w'] },
              datasource: {},
              events: ['onclick'],
            },
          ],
          { classNames: ['on'] },
        ),
        button(
          'off',
          [
            {
              type: 'simple-action',
              actionType: 'state',
              action: 'delete',
              state: { states: ['w'] },
              datasource: {},
              events: ['onclick'],
            },
          ],
          { classNames: ['off'] },
        ),
        loader('Inner'),
      ],
      {
        metadata: {
          states: [
            { id: 'root', label: 'Base' },
            { id: 'w', label: 'Wide' },
          ],
        },
        pages: {
          Inner: page([], [withState(text('x', {}, { classNames: ['narrow'] }), 'a', { classNames: ['wide'] })], {
            states: [state('a', parent('eq', 'Wide'))],
          }),
        },
      },
    );
    await appears(shown, '.narrow');
    await shown.click('.on');
    expect(shown.$$('.wide').length).toBe(1);
    await shown.click('.off');
    expect(shown.$$('.wide').length).toBe(0);
  });
});

describe('what states change', () => {
  const on = async (shown: Shown, ...ids: string[]): Promise<void> => {
    await act(async () => {
      shown.world.page.states.set(ids, true);
    });
    await shown.settle();
  };
  const states = (...ids: string[]): JsonObject => ({ states: [{ id: 'root', label: 'Base' }, ...ids.map((id) => state(id))] });

  test('texts, icons, disabled, visibility, classes, styles key by key, columns; the later one wins per property', async () => {
    const columns = [{ id: '1', title: 'One', source: 'title', width: 50 }];
    const shown = await show(
      [sel('books')],
      [
        withState(
          withState(button('B', [], { style: { color: 'red', width: '9px' }, classNames: ['base'] }), 'a', {
            text: 'A',
            style: { color: 'blue' },
            classNames: ['x'],
          }),
          'b',
          {
            style: { color: 'green', width: '' },
            disabled: true,
          },
        ),
        withState(make('Icon', { icon: 'fa-car' }), 'a', { icon: 'fa-solid fa-plus' }),
        withState(box({ display: 'none' }, text('inside', {}, { classNames: ['inside'] })), 'a', { style: { display: 'flex' } }),
        withState(make('DataTable', { datasource: 'books', columns }), 'a', { columns: [{ ...columns[0], title: 'Other' }] }),
        make('TextInput', {}, [], {
          label: withState(make('Label', { text: 'L' }), 'a', { text: 'LA' }),
          input: withState(make('Input', { placeholder: 'p' }), 'a', { placeholder: 'pa' }),
        }),
      ],
      { metadata: states('a', 'b') },
    );
    await appears(shown, '.header-cell');
    expect(shown.$$('.inside').length).toBe(0);
    await on(shown, 'a', 'b');
    const found = shown.$<HTMLButtonElement>('button.fd-button');
    expect([
      found.textContent,
      found.style.color,
      found.style.width,
      found.disabled,
      found.classList.contains('base'),
      found.classList.contains('x'),
    ]).toEqual(['A', 'green', '', true, false, true]);
    expect(shown.$('.fd-icon').className).toContain('fa-plus');
    expect(shown.$('.inside').textContent).toBe('inside');
    expect(shown.$('.q-header-text').textContent).toBe('Other');
    expect([shown.$('label').textContent, shown.$<HTMLInputElement>('input').placeholder]).toEqual(['LA', 'pa']);
  });
  test('never sources, selected elements, references, events', async () => {
    const shown = await show(
      [sca('s', 'string', 'right'), sca('t', 'string', 'wrong'), sca('hits', 'string', '')],
      [
        make('TextInput', {}, [], {
          label: make('Label', { text: 'L' }),
          input: withState(make('Input', { datasource: 's' }), 'a', { datasource: 't' }),
        }),
        withState(button('B', [set('hits', 'right')], { serverSideRef: 'ref' }), 'a', {
          events: [set('hits', 'wrong')],
          serverSideRef: 'other',
        }),
      ],
      { metadata: states('a') },
    );
    await on(shown, 'a');
    expect(shown.$<HTMLInputElement>('input').value).toBe('right');
    await shown.click('button.fd-button');
    expect(shown.world.page.scope.read('hits')).toBe('right');
  });
  test('focus, caret and what is being typed stay; nothing is loaded again; overrides of unknown states do nothing', async () => {
    const shown = await show(
      [sca('s', 'string', 'abcdef'), sel('books'), ent('book', { from: 'books' })],
      [
        make('TextInput', {}, [], {
          label: make('Label', { text: 'L' }),
          input: withState(withState(make('Input', { datasource: 's' }), 'a', { style: { color: 'blue' } }), 'gone', {
            placeholder: 'never',
          }),
        }),
        text('{book.title}'),
      ],
      { metadata: states('a') },
    );
    const field = shown.$<HTMLInputElement>('input');
    await act(async () => {
      field.focus();
      field.setSelectionRange(2, 4);
    });
    shown.world.server.log.length = 0;
    await on(shown, 'a');
    expect(shown.$('input')).toBe(field);
    expect([
      document.activeElement === field,
      field.selectionStart,
      field.selectionEnd,
      field.style.color,
      field.placeholder,
    ]).toEqual([true, 2, 4, 'blue', '']);
    expect(shown.world.server.log.length).toBe(0);
  });
  test('airy mode of the page', async () => {
    const inner: Json = {
      metadata: { states: [{ id: 'root', label: 'Base' }, state('a')], defaultStates: ['a'] },
      components: {
        ROOT: {
          type: { resolvedName: 'Container' },
          props: { airyMode: false },
          custom: { 'states:a': { airyMode: true } },
          nodes: [],
          linkedNodes: {},
        },
      },
    };
    const shown = await show([], [loader('Inner')], { pages: { Inner: inner } });
    await appears(shown, '.fd-pageloader .fd-page');
    expect(shown.$('.fd-pageloader .fd-page').classList.contains('q-airy')).toBe(true);
  });
  test('a conditional state wins over one that was applied later', async () => {
    const shown = await show(
      [sca('b', 'bool', true)],
      [withState(withState(button('base'), 'c', { text: 'conditional' }), 'a', { text: 'applied' })],
      {
        metadata: {
          states: [{ id: 'root', label: 'Base' }, state('c', { type: 'datasource', path: 'b', op: 'istrue' }), state('a')],
        },
      },
    );
    await on(shown, 'a');
    expect(shown.$('button').textContent).toBe('conditional');
    await act(async () => {
      await shown.world.page.scope.write('b', false);
    });
    await shown.settle();
    expect(shown.$('button').textContent).toBe('applied');
  });
});

test('a field inside an iteration writes the item, in arrays and in entities', async () => {
  const shown = await show(
    [sca('l', 'array', [{ n: 'a' }, { n: 'b' }]), sel('books')],
    [
      make('Matrix', { datasource: 'l', gridProps: { styleboxHeight: 20 } }, [], {
        container: box({}, input('N', '$This.n', { classNames: ['in-array'] })),
      }),
      make('Matrix', { datasource: 'books', gridProps: { styleboxHeight: 20 } }, [], {
        container: box({}, input('T', '$This.title', { classNames: ['in-books'] })),
      }),
    ],
  );
  await appears(shown, '.in-array', 2);
  await appears(shown, '.in-books', 2);
  await shown.type('[aria-posinset="2"] .in-array', 'changed');
  expect(shown.world.page.scope.read('l')).toEqual([{ n: 'a' }, { n: 'changed' }]);
  await shown.type('.in-books', 'Changed title');
  expect(shown.world.page.scope.read('books.0.title')).toBe('Changed title');
});

test('a field in a matrix in a matrix writes the array around both', async () => {
  const groups: Json = [
    { name: 'A', parts: [{ n: 'a1' }, { n: 'a2' }] },
    { name: 'B', parts: [{ n: 'b1' }] },
  ];
  const shown = await show(
    [sca('o', 'object', { groups })],
    [
      make('Matrix', { datasource: 'o.groups', iterator: '$group', gridProps: { styleboxHeight: 80 } }, [], {
        container: box(
          {},
          make('Matrix', { datasource: '$group.parts', gridProps: { styleboxHeight: 20 } }, [], {
            container: box({}, input('N', '$This.n', { classNames: ['part'] })),
          }),
        ),
      }),
    ],
  );
  await appears(shown, '.part', 3);
  const fields = (): HTMLInputElement[] => shown.$$('.part') as HTMLInputElement[];
  expect(fields().map((field) => field.value)).toEqual(['a1', 'a2', 'b1']);
  fields()[1]?.setAttribute('data-it', '');
  await shown.type('[data-it]', 'changed');
  expect(shown.world.page.scope.read('o.groups')).toEqual([
    { name: 'A', parts: [{ n: 'a1' }, { n: 'changed' }] },
    { name: 'B', parts: [{ n: 'b1' }] },
  ]);
});

describe('equal items', () => {
  const list: Json = ['x', 'x', 'x', 'b']; // as many as are drawn without a layout
  const press = async (shown: Shown, selector: string, key: string): Promise<void> => {
    await act(async () => {
      shown.$(selector).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
    await shown.settle();
  };
  test('of a table: the one that was clicked is marked, arrows pass them', async () => {
    const shown = await show(
      [sca('l', 'array', list), sca('one', 'string')],
      [make('DataTable', { datasource: 'l', currentElement: 'one', columns: [{ id: '1', title: 'V', source: '', width: 50 }] })],
    );
    await appears(shown, '.row .cell');
    const marked = (): number => shown.$$('.row').findIndex((row) => row.classList.contains('selected'));
    await shown.click('.row:nth-child(2) .cell');
    expect(marked()).toBe(1);
    await press(shown, '.fd-datatable', 'ArrowDown');
    expect(marked()).toBe(2);
    await press(shown, '.fd-datatable', 'ArrowDown');
    expect([marked(), shown.world.page.scope.read('one')]).toEqual([3, 'b']);
    await act(async () => {
      await shown.world.page.scope.write('one', 'x');
    });
    await shown.settle();
    expect(marked()).toBe(0);
  });
  test('of a matrix', async () => {
    const shown = await show(
      [sca('l', 'array', list), sca('one', 'string')],
      [
        make('Matrix', { datasource: 'l', currentElement: 'one', gridProps: { styleboxHeight: 20 } }, [], {
          container: box({}, text('{$This}')),
        }),
      ],
    );
    await appears(shown, '[role=option]');
    const marked = (): number => shown.$$('[role=option]').findIndex((item) => item.getAttribute('aria-selected') === 'true');
    for (let i = 0; i < 3; i++) await press(shown, '.FdVirtualGrid', 'ArrowDown');
    expect(marked()).toBe(2);
    await press(shown, '.FdVirtualGrid', 'ArrowDown');
    expect([marked(), shown.world.page.scope.read('one')]).toEqual([3, 'b']);
  });
});
