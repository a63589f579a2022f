// @vitest-environment jsdom
// In which order things happen (pages 3, 5.2, 6, 11), and what each event tells server code (pages 9.3).
import { act } from 'react';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import type { MockFunction } from '../mock/server';
import { call, ent, sca, sel } from '../data/scenario';
import { box, button, icon, input, make, page, text, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();

const told = (events: string[], word = ''): Json =>
  call('ds.tell', { events, params: [{ isHardCoded: true, hardCodedType: 'string', hardCodedValue: word }] }) as Json;

interface Told {
  event: { caller: string; eventType: string; data: Json };
  page: string;
  word: string;
}
function teller(): { all: Told[]; lines: () => string[]; functions: Record<string, MockFunction> } {
  const all: Told[] = [];
  return {
    all,
    lines: () => all.map((item) => [item.page, item.event.caller, item.event.eventType, item.word].filter(Boolean).join(' ')),
    functions: {
      'ds.tell': ({ args, context }) => {
        all.push({ ...(context as unknown as Told), word: String(args[0]) });
        return 1;
      },
    },
  };
}
async function appears(shown: Shown, selector: string): Promise<HTMLElement> {
  for (let i = 0; i < 60 && shown.$$(selector).length === 0; i++) await shown.settle();
  return shown.$(selector);
}

describe('life cycle', () => {
  test('shared sources, own sources, On Init of the page, On Loaded; states do not fire them again', async () => {
    const { lines, functions } = teller();
    const shown = await show([sca('own', 'string', '', { events: [told(['onInit'])] })], [text('x')], {
      functions,
      settings: {
        files: {
          'shared_datasources.json': { app: [sca('s', 'string', '', { namespace: 'app', events: [told(['onInit'])] })] },
          'shared_css.json': {},
          'saved_conditions.json': {},
          'i18n.json': {},
          'CustomComponents/manifest.json': [],
        },
      },
      root: { events: [told(['oninit']), told(['onload'], 'loaded'), told(['onloaded'], 'too')] },
      metadata: {
        states: [
          { id: 'root', label: 'Base' },
          { id: 'a', label: 'A' },
        ],
      },
    });
    const before = [...lines()];
    expect(before).toEqual(['Test app:s oninit', 'Test own oninit', 'Test oninit', 'Test onload loaded', 'Test onload too']);
    await act(async () => {
      shown.world.page.states.set(['a'], true);
    });
    await shown.settle();
    expect(lines()).toEqual(before);
  });
  test('a page in a loader: own sources again, shared ones not; leaving it is told as unload', async () => {
    const { lines, functions } = teller();
    const inner = page(
      [sca('mine', 'string', '', { events: [told(['onInit'])] })],
      [
        make('Button', {
          text: 'next',
          events: [{ type: 'navigation', target: 'Second', parent: 'webform-loader-self', events: ['onclick'] }],
        }),
      ],
      { events: [told(['oninit']), told(['onload']), told(['unload'])] },
    );
    const shown = await show(
      [sca('own', 'string', '', { events: [told(['onInit'])] })],
      [make('WebformLoader', { webform: 'Inner' })],
      { functions, pages: { Inner: inner, Second: page([], [text('second')]) }, root: { events: [told(['onload'])] } },
    );
    await appears(shown, 'button.fd-button');
    expect(lines()).toEqual(['Test own oninit', 'Test onload', 'Inner mine oninit', 'Inner oninit', 'Inner onload']);
    await shown.click('button.fd-button');
    await appears(shown, '.fd-text');
    expect(lines().slice(5)).toEqual(['Inner unload']);
  });
  test('a dialog: On Init before its content, On Loaded when it is there, On Close before it goes; every time', async () => {
    const { lines, functions } = teller();
    const seen: boolean[] = [];
    const shown = await show(
      [],
      [
        button('O', [{ type: 'dialog', actionType: 'open', targetDialog: 'd', events: ['onclick'] }]),
        make(
          'Dialog',
          { serverSideRef: 'd', closable: true, events: [told(['oninit']), told(['onloaded']), told(['onclose'])] },
          [],
          { Dialog: box({}, text('content', {}, { classNames: ['inside'] })) },
        ),
      ],
      {
        functions: {
          'ds.tell': (info) => {
            seen.push(document.querySelector('.inside') !== null);
            return functions['ds.tell']?.(info) ?? 1;
          },
        },
      },
    );
    for (let i = 0; i < 2; i++) {
      await shown.click('button.fd-button');
      await shown.click('.q-dialog-close');
    }
    const once = ['Test d oninit', 'Test d onload', 'Test d onclose'];
    expect(lines().map((line) => line.replace('onloaded', 'onload'))).toEqual([...once, ...once]);
    expect(seen).toEqual([false, true, true, false, true, true]);
  });
  test('a dialog with a page loader: its own events come before On Loaded of the page inside', async () => {
    const { lines, functions } = teller();
    const shown = await show(
      [],
      [
        button('O', [{ type: 'dialog', actionType: 'open', targetDialog: 'd', events: ['onclick'] }]),
        make('Dialog', { serverSideRef: 'd', events: [told(['oninit'], '1'), told(['onloaded'], '2')] }, [], {
          Dialog: box({}, make('WebformLoader', { webform: 'Inner' })),
        }),
      ],
      { functions, pages: { Inner: page([], [text('x', {}, { classNames: ['inside'] })], { events: [told(['onload'], '3')] }) } },
    );
    expect(shown.world.server.log.some((request) => request.query.get('$name') === 'Inner')).toBe(false);
    await shown.click('button.fd-button');
    await appears(shown, '.inside');
    await shown.settle();
    expect(lines().map((line) => line.at(-1))).toEqual(['1', '2', '3']);
  });
  test('On PrivilegeChange, also in loaded pages', async () => {
    const { lines, functions } = teller();
    const shown = await show([], [make('WebformLoader', { webform: 'Inner' })], {
      functions,
      root: { events: [told(['onprivilegechange'])] },
      pages: { Inner: page([], [text('x', {}, { classNames: ['inside'] })], { events: [told(['onPrivilegeChange'])] }) },
    });
    await appears(shown, '.inside');
    shown.world.server.privileges = ['Staff'];
    shown.world.server.privilegesStamp++;
    await act(async () => {
      await shown.world.app.client.selection('Book', { attributes: 'ID', top: 1 } as never);
    });
    await shown.settle();
    expect(lines().sort()).toEqual(['Inner onprivilegechange', 'Test onprivilegechange']);
  });
});

describe('what is not seen loads nothing', () => {
  const table = (datasource: string): Built =>
    make('DataTable', { datasource, columns: [{ id: '1', title: 'N', source: 'ID', width: 50 }] });
  const asked = (shown: Shown, name: string): boolean =>
    shown.world.server.log.some((request) => request.path.startsWith(`/${name}`));
  const sources = [sel('books'), sel('authors', { dataclass: 'Author' }), sel('reviews', { dataclass: 'Review' })];
  const none = { display: 'none' };
  /** In a page loader: what the first page asks for is not in the log of the tests. */
  const inside = (own: Json[], children: Built[], more: Parameters<typeof page>[2] = {}): Promise<Shown> =>
    show([], [make('WebformLoader', { webform: 'Inner' })], { pages: { Inner: page(own, children, more) } });

  test('a hidden box, a closed dialog: until they are shown', async () => {
    const shown = await inside(sources, [
      table('books'),
      make('StyleBox', { style: none, serverSideRef: 'box' }, [table('authors')]),
      make('Dialog', { serverSideRef: 'd' }, [], { Dialog: box({}, table('reviews')) }),
      button('O', [{ type: 'dialog', actionType: 'open', targetDialog: 'd', events: ['onclick'] }]),
    ]);
    await appears(shown, '.row .cell');
    expect(['Book', 'Author', 'Review'].map((name) => asked(shown, name))).toEqual([true, false, false]);
    await shown.click('button.fd-button');
    await appears(shown, '[role=dialog] .row .cell');
    expect(['Book', 'Author', 'Review'].map((name) => asked(shown, name))).toEqual([true, false, true]);
    await act(async () => {
      shown.world.page.applyEffects(
        { components: { box: { visible: true, addClass: [], removeClass: [] } }, states: [], notification: null } as never,
        false,
      );
    });
    for (let i = 0; i < 60 && !asked(shown, 'Author'); i++) await shown.settle();
    expect(asked(shown, 'Author')).toBe(true);
  });
  test('the tabs behind the first one: until they are chosen', async () => {
    const shown = await inside(sources, [
      make(
        'Tabs',
        {
          tabs: [
            { id: 'a', title: 'a' },
            { id: 'b', title: 'b' },
          ],
        },
        [],
        { a: box({}, table('books')), b: box({}, table('authors')) },
      ),
    ]);
    await appears(shown, '.row .cell');
    expect(asked(shown, 'Author')).toBe(false);
    await shown.click('[role=tab]:nth-child(2)');
    for (let i = 0; i < 60 && !asked(shown, 'Author'); i++) await shown.settle();
    expect(asked(shown, 'Author')).toBe(true);
  });
  test('a source that nobody uses, and attributes that nobody shows', async () => {
    const shown = await inside([...sources, ent('book', { from: 'books' })], [text('{book.title}')]);
    await appears(shown, '.fd-text');
    for (let i = 0; i < 10; i++) await shown.settle();
    expect([asked(shown, 'Author'), asked(shown, 'Review')]).toEqual([false, false]);
    const attributes = shown.world.server.log
      .filter((request) => request.path.startsWith('/Book'))
      .map((request) => request.query.get('$attributes'));
    expect(new Set(attributes)).toEqual(new Set(['title']));
  });
  test('a box that a default state shows loads at once, one that a state hides does not', async () => {
    const custom = (style: JsonObject): JsonObject => ({ 'states:a': { style } });
    const seen = make('StyleBox', { style: none }, [table('books')], {}, custom({ display: 'flex' }));
    const gone = make('StyleBox', { style: { display: 'flex' } }, [table('authors')], {}, custom({ display: 'none' }));
    const shown = await inside(sources, [seen, gone], { states: [{ id: 'a', label: 'A' }], defaultStates: ['a'] });
    await appears(shown, '.row .cell');
    expect([asked(shown, 'Book'), asked(shown, 'Author')]).toEqual([true, false]);
  });
});

describe('selecting', () => {
  const listed = (type: string): Built => {
    const props: JsonObject = {
      datasource: 'books',
      currentElement: 'book',
      serverSideRef: 'list',
      events: [told(['onclick']), told(['onselect'])],
    };
    if (type === 'DataTable') return make(type, { ...props, columns: [{ id: '1', title: 'T', source: 'title', width: 80 }] });
    return make(type, { ...props, gridProps: { styleboxHeight: 40 } }, [], { container: box({}, text('{$This.title}')) });
  };
  test.each([
    ['DataTable', '.row:nth-child(2) .cell'],
    ['Matrix', '.innerScrollContainer > div:nth-of-type(2) .fd-text'],
    ['SelectBox', '[role=option]:nth-child(2)'],
  ])('%s: the source changes, On Change of it, then On Select', async (type, target) => {
    const { lines, functions } = teller();
    const shown = await show(
      [sel('books'), ent('book', { from: 'books', initialValue: '', events: [told(['onChange'])] })],
      [listed(type)],
      { functions },
    );
    if (type === 'SelectBox') {
      await appears(shown, '.fd-selectbox__toggle_button');
      await shown.click('.fd-selectbox__toggle_button');
    }
    await appears(shown, target);
    await shown.click(target);
    expect(lines().filter((line) => !line.endsWith('onclick'))).toEqual(['Test book onchange', 'Test list onselect']);
  });
  test('a table tells column and row of what was clicked, also of empty cells', async () => {
    const { all, functions } = teller();
    const shown = await show(
      [sca('list', 'array', [{ n: 'x' }, { n: 'y' }])],
      [
        make('DataTable', {
          datasource: 'list',
          serverSideRef: 'table',
          columns: [
            { id: '1', title: 'N', source: 'n', width: 80 },
            { id: '2', title: 'E', source: 'shop.city', width: 80 },
          ],
          events: [told(['oncellclick', 'oncelldblclick', 'onheaderclick', 'onheaderdblclick', 'oncellmouseenter'])],
        }),
      ],
      { functions },
    );
    await appears(shown, '.row .cell');
    await shown.click('.row:nth-child(2) .col-shop-city');
    await act(async () => {
      shown.$('.row:nth-child(2) .col-n').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      shown.$('.header-shop-city').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      shown.$('.row:nth-child(1) .col-n').dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    });
    await shown.click('.header-n');
    await shown.settle();
    const seen = all.map(({ event }) => [event.eventType, event.caller, event.data]);
    expect(seen).toContainEqual(['oncellclick', 'table', { index: 1, name: 'shop.city', row: 1 }]);
    expect(seen).toContainEqual(['oncelldblclick', 'table', { index: 0, name: 'n', row: 1 }]);
    expect(seen).toContainEqual(['onheaderdblclick', 'table', { index: 1, name: 'shop.city' }]);
    expect(seen).toContainEqual(['onheaderclick', 'table', { index: 0, name: 'n' }]);
    expect(seen).toContainEqual(['oncellmouseenter', 'table', { index: 0, name: 'n', row: 0 }]);
  });
  test('an entity that comes from elsewhere is selected when it is in the list; null unselects', async () => {
    const shown = await show([sel('books'), ent('book', { from: 'books', initialValue: '' })], [listed('DataTable')], {
      functions: teller().functions,
    });
    await appears(shown, '.row .cell');
    const at = async (path: string | null): Promise<number> => {
      await act(async () => {
        await shown.world.page.scope.write('book', path === null ? null : (shown.world.page.scope.read(path) ?? null));
      });
      await shown.settle();
      return shown.$$('.row').findIndex((row) => row.classList.contains('selected'));
    };
    expect([await at('books.3'), await at('books.0'), await at(null)]).toEqual([3, 0, -1]);
  });
  test('a selected element that is a relation assigns the relation', async () => {
    const shown = await show(
      [ent('book'), sel('authors', { dataclass: 'Author' })],
      [
        make('SelectBox', { datasource: 'authors', currentElement: 'book.author' }, [], {
          container: box({}, text('{$This.name}')),
        }),
      ],
    );
    for (let i = 0; i < 60 && !shown.$$('.fd-selectbox__toggle_button')[0]?.textContent?.includes('Dahl'); i++)
      await shown.settle();
    await shown.click('.fd-selectbox__toggle_button');
    await appears(shown, '[role=option]:nth-child(3)');
    await shown.click('[role=option]:nth-child(3)');
    expect(shown.world.page.scope.read('book.author.name')).toBe('I. Sorel');
    expect((shown.world.page.scope.read('book') as { dirty: boolean }).dirty).toBe(true);
  });
});

describe('what is told', () => {
  test('an icon in a button: its actions, then those of the button; the caller is the own reference', async () => {
    const { lines, functions } = teller();
    const shown = await show(
      [],
      [
        make('Button', { text: 'B', iconPosition: 'left', serverSideRef: 'outer', events: [told(['onclick'])] }, [], {
          icon: icon('fa-star', { events: [told(['onclick'])] }),
        }),
      ],
      { functions },
    );
    await shown.click('.fd-icon');
    expect(lines()).toEqual(['Test onclick', 'Test outer onclick']);
  });
  test('one action for two events tells which', async () => {
    const { lines, functions } = teller();
    const shown = await show([sca('s', 'string', 'a')], [input('L', 's', {}, [told(['onfocus', 'onblur', 'onchange'])])], {
      functions,
    });
    await shown.type('.fd-input', 'b');
    expect(new Set(lines())).toEqual(new Set(['Test onfocus', 'Test onchange', 'Test onblur']));
  });
  test('events of a source name it, with its namespace', async () => {
    const { lines, functions } = teller();
    const shown = await show([sca('s', 'string', 'a', { events: [told(['onChange'])] })], [], {
      functions,
      settings: {
        files: {
          'shared_datasources.json': { app: [sca('t', 'string', '', { namespace: 'app', events: [told(['onChange'])] })] },
          'shared_css.json': {},
          'saved_conditions.json': {},
          'i18n.json': {},
          'CustomComponents/manifest.json': [],
        },
      },
    });
    await act(async () => {
      await shown.world.page.scope.write('s', 'b');
      await shown.world.page.scope.write('app:t', 'b');
      await shown.world.page.scope.write('s', 'b');
    });
    await shown.settle();
    expect(lines()).toEqual(['Test s onchange', 'Test app:t onchange']);
  });
});

describe('a click on a label, which browsers follow with one on its control', () => {
  const counted = (): { all: string[]; functions: Record<string, MockFunction> } => {
    const all: string[] = [];
    const functions: Record<string, MockFunction> = {
      'ds.tell': ({ context }) => {
        all.push(String((context?.['event'] as JsonObject)['caller']));
        return 1;
      },
    };
    return { all, functions };
  };
  const pair = async (shown: Shown, control: string): Promise<void> => {
    await act(async () => {
      for (const selector of ['label', control]) {
        const event = new MouseEvent('click', { bubbles: true, cancelable: true });
        Object.defineProperty(event, 'timeStamp', { value: 4711 });
        const target = shown.$(selector);
        target.addEventListener('click', (own) => own.preventDefault(), { once: true });
        target.dispatchEvent(event);
      }
    });
    await shown.settle();
  };
  const label = (): Built => make('Label', { text: 'L', serverSideRef: 'label', events: [told(['onclick'])] });
  const more = { serverSideRef: 'wrapper', events: [told(['onclick'])] };
  test.each<[string, Built, string, string[]]>([
    [
      'text',
      make('TextInput', more, [], {
        label: label(),
        input: make('Input', { serverSideRef: 'input', events: [told(['onclick'])] }),
      }),
      'input',
      ['input', 'label', 'outer', 'wrapper'],
    ],
    [
      'select',
      make('SelectInput', more, [], { label: label(), select: make('Select', {}) }),
      'select',
      ['label', 'outer', 'wrapper'],
    ],
    [
      'check box',
      make('Checkbox', more, [], { label: label(), CheckboxInput: make('CheckboxInput', {}) }),
      'input',
      ['label', 'outer', 'wrapper'],
    ],
  ])('%s: each component hears of it once', async (_, built, control, expected) => {
    const { all, functions } = counted();
    const shown = await show([], [make('StyleBox', { serverSideRef: 'outer', events: [told(['onclick'])] }, [built])], {
      functions,
    });
    await pair(shown, control);
    expect([...all].sort()).toEqual(expected);
  });
});
