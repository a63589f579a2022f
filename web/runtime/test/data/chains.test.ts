// Actions row by row (pages 6, 7, 8): order, failure in the middle, literals, results of the wrong type, feedback, navigation.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { fail, MockEntity, MockSelection } from '../mock/server';
import { build, call, chain, ent, play, run, sca, sel, std, uses, type Scenario, type Step } from './scenario';

const set = (name: string, value: Json, type = 'string'): JsonObject => std('set', name, { set: { value, type } });
const bad = {
  'ds.bad': () => {
    throw fail(500, 9, 'Wrong tray');
  },
};

async function playAll(scenarios: Scenario[]): Promise<void> {
  for (const scenario of scenarios) await play(scenario);
}

describe('chains', () => {
  const note = (text: string): JsonObject => call('ds.note', { params: [{ isHardCoded: true, hardCodedValue: text }] });
  const seenBy = (notes: string[]): Scenario['functions'] => ({
    'ds.note': ({ args }) => {
      notes.push(String(args[0]));
      return 1;
    },
    ...bad,
  });
  test('list order, whatever the kind; those of another event and disabled ones are left out', async () => {
    const notes: string[] = [];
    const world = await build({ sources: [sca('s', 'string', '')], functions: seenBy(notes) });
    await run(
      world,
      [
        note('1'),
        { ...note('x'), events: ['onchange'] },
        set('s', 'a'),
        { ...note('y'), disabled: true },
        note('2'),
        { ...note('3'), events: ['onchange', 'ONCLICK'] },
        { ...note('z'), events: [] },
      ],
      'onclick',
    );
    expect(notes).toEqual(['1', '2', '3']);
    expect(world.page.scope.read('s')).toBe('a');
  });
  test.each<[string, JsonObject]>([
    ['a thrown error', call('ds.bad')],
    ['an unknown function', call('ds.gone')],
    ['an entity function of null', call('nobody.say')],
    ['an unknown source', set('gone', 'x')],
    ['an unknown action', std('explode', 's')],
    ['an action on the wrong kind', std('query', 's', { query: { query: 'pages > 1' } })],
    ['a refused query', std('query', 'books', { query: { query: 'gone > 1' } })],
    ['a function without a name', call('')],
    ['a move in a standalone entity of nothing', std('all', 'nobody')],
  ])('%s ends the chain, also before a navigation', async (_, failing) => {
    const notes: string[] = [];
    const world = await build({
      sources: [...chain, ent('nobody', { initialValue: '' }), sca('s', 'string', '')],
      functions: seenBy(notes),
    });
    await run(
      world,
      [note('before'), failing, note('after'), { type: 'navigation', target: 'https://example.org', externalLink: true }],
      'onclick',
    );
    expect(notes).toEqual(['before']);
    expect(world.opened).toEqual([]);
    expect(world.problems.length).toBeGreaterThan(0);
  });
  test('two events of one component do not wait for each other, two of one event do; of waiting clicks the newest stays', async () => {
    const order: string[] = [];
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const world = await build({ sources: [sca('s', 'string', '')] });
    const inner = world.app.manager.listener;
    world.app.manager.listener = async (source, event, turn) => {
      const value = String(world.page.scope.read('s'));
      order.push(`begin ${value}`);
      if (value === 'slow') await gate;
      await inner(source, event, turn);
      order.push(`end ${value}`);
    };
    const node = {
      id: 'n',
      type: 'Button',
      props: {},
      nodes: [],
      linked: {},
      overrides: new Map(),
      texts: new Map(),
      keys: {},
    };
    const { readActions } = await import('../../src/model/action');
    const fire = (value: string, event: string): Promise<void> =>
      world.page.fire({ ...node, actions: readActions([{ ...set('s', value), events: [event] }]) }, event);
    const all = [fire('slow', 'onclick'), fire('dropped', 'onclick'), fire('newest', 'onclick'), fire('key', 'onkeyup')];
    await all[3];
    expect(order).toContain('end key');
    expect(order).not.toContain('begin newest');
    release();
    await Promise.all(all);
    expect(order).toContain('end newest');
    expect(order.some((item) => item.includes('dropped'))).toBe(false);
  });
});

describe('literals of parameters', () => {
  test.each<[string, Json, Json]>([
    ['string', 'a "b"', 'a "b"'],
    ['string', '', ''],
    ['number', '42', 42],
    ['number', 42, 42],
    ['number', '-1.5', -1.5],
    ['number', 'abc', null],
    ['boolean', 'false', false],
    ['bool', true, true],
    ['boolean', 'true', true],
    ['date', '07/03/2025', '2025-03-07'],
    ['date', '2025-03-07', '2025-03-07'],
    ['object', '{"a":[1]}', { a: [1] }],
    ['object', { a: 1 }, { a: 1 }],
    ['array', '[1,"x"]', [1, 'x']],
    ['array', [1], [1]],
    ['collection', '[]', []],
    ['Text', 'plain', 'plain'],
    ['Variant', 'plain', 'plain'],
    ['variant', '5', '5'],
    ['4D.EntitySelection', 'x', 'x'],
    ['cs.BookEntity', 'x', 'x'],
    ['NUMBER', '5', 5],
  ])('%s %j', async (type, value, expected) => {
    for (const where of ['hardCodedType', 'type'])
      await play({
        name: '',
        sources: [],
        functions: { 'ds.echo': () => 1 },
        steps: [
          {
            action: call('ds.echo', {
              params: [{ isHardCoded: true, [where]: type, hardCodedValue: value, datasource: 'gone' }],
            }),
          },
          { sent: [expected] },
        ],
      });
  });
  test.each<[string, string, Json]>([
    ['an object of a source', 'o', { a: [1] }],
    ['a part of it', 'o.a.0', 1],
    ['a missing part', 'o.none.deeper', null],
    ['an array', 'l', [1, 2]],
    ['a date', 'd', '2025-03-07'],
    ['a duration', 't', 3600000],
    ['a boolean', 'b', false],
    ['zero', 'n', 0],
    ['the length of a selection', 'books.length', 12],
    ['an attribute over a relation', 'book.author.name', 'A. Dahl'],
    ['the text of a shared source', 'app:user', 'Ada'],
  ])('%s', async (_, path, expected) => {
    await play({
      name: '',
      sources: [
        ...chain,
        sca('o', 'object', { a: [1] }),
        sca('l', 'array', [1, 2]),
        sca('d', 'date', '2025-03-07'),
        sca('t', 'duration', 3600000),
        sca('b', 'bool', false),
        sca('n', 'number', 0),
      ],
      shared: { app: [sca('user', 'string', 'Ada', { namespace: 'app' })] },
      functions: { 'ds.echo': () => 1 },
      steps: [{ action: call('ds.echo', { params: [{ datasource: path }] }) }, { sent: [expected] }],
    });
  });
});

describe('where results go', () => {
  const sources = [
    ...chain,
    sca('s', 'string', 'old'),
    sca('n', 'number', 7),
    sca('b', 'bool', true),
    sca('d', 'date', '2025-01-01'),
    sca('o', 'object', { old: 1 }),
    sca('l', 'array', ['old']),
  ];
  test.each<[string, string, Json, unknown]>([
    ['text into text', 's', 'new', 'new'],
    ['number into text', 's', 5, '5'],
    ['number into number', 'n', 1.5, 1.5],
    ['numeric text into number', 'n', '12', 12],
    ['boolean', 'b', false, false],
    ['date', 'd', '2025-03-07', '2025-03-07'],
    ['object', 'o', { a: 1 }, { a: 1 }],
    ['collection', 'l', [1, { a: 2 }], [1, { a: 2 }]],
    ['into a part', 'o.a.b', 5, 5],
    ['into a place of an array', 'l.0', 'x', 'x'],
    ['null into text', 's', null, null],
    ['null into number', 'n', null, null],
    ['null into object', 'o', null, null],
  ])('%s', async (_, target, value, expected) => {
    await play({
      name: '',
      sources,
      functions: { 'ds.f': () => value },
      steps: [{ action: call('ds.f', { returns: { name: 'result', datasource: target } }) }, { get: target, is: expected }],
    });
  });
  test.each<[string, string, () => never, unknown]>([
    ['text into number', 'n', () => 'abc' as never, 7],
    ['object into number', 'n', () => ({ a: 1 }) as never, 7],
    ['object into text', 's', () => ({ a: 1 }) as never, 'old'],
    ['collection into object', 'o', () => [1] as never, { old: 1 }],
    ['object into array', 'l', () => ({ a: 1 }) as never, ['old']],
    ['text into array', 'l', () => 'abc' as never, ['old']],
    ['text into date', 'd', () => 'soon' as never, '2025-01-01'],
    ['number into date', 'd', () => 5 as never, '2025-01-01'],
    ['text into boolean', 'b', () => 'maybe' as never, true],
    ['text into an entity', 'book', () => 'abc' as never, 'Book(1)'],
    ['number into a selection', 'books', () => 5 as never, 'Book[12]'],
    ['a selection into an entity', 'book', () => new MockSelection('Book', ['2']) as never, 'Book(1)'],
    ['an entity into a selection', 'books', () => new MockEntity('Book', '2') as never, 'Book[12]'],
    ['a selection into a text', 's', () => new MockSelection('Book', ['2']) as never, 'old'],
  ])('%s is refused and logged; the chain goes on', async (_, target, value, expected) => {
    await play({
      name: '',
      sources: [...sources, sca('after', 'string', '')],
      uses,
      functions: { 'ds.f': value },
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { action: [call('ds.f', { returns: { datasource: target } }), set('after', 'ran')] },
        { get: target, is: expected },
        { problem: /./ },
        { get: 'after', is: 'ran' },
      ],
    });
  });
  test('a target that is no source: logged, the chain goes on', async () => {
    await play({
      name: '',
      sources,
      functions: { 'ds.f': () => 1 },
      steps: [
        { action: [call('ds.f', { returns: { datasource: 'gone' } }), set('s', 'ran')] },
        { problem: /gone/ },
        { get: 's', is: 'ran' },
      ],
    });
  });
  test('the result is there before the next action; its On Change has run', async () => {
    const args: Json[] = [];
    await play({
      name: '',
      sources: [sca('n', 'number', 1, { events: [{ ...set('t', 'changed'), events: ['onChange'] }] }), sca('t', 'string', '')],
      functions: {
        'ds.f': () => 9,
        'ds.note': (info) => {
          args.push(...info.args);
          return 1;
        },
      },
      steps: [
        {
          action: [
            call('ds.f', { returns: { datasource: 'n' } }),
            call('ds.note', { params: [{ datasource: 'n' }, { datasource: 't' }] }),
          ],
        },
      ],
    });
    expect(args).toEqual([9, 'changed']);
  });
});

describe('feedback', () => {
  const on = (messages: JsonObject = {}): JsonObject => ({ feedback: { enabled: true, messages } });
  test.each<[string, JsonObject, string]>([
    ['save', std('save', 'book', on()), 'message: Save successful!'],
    ['reload of an entity', std('refresh', 'book', on()), 'message: Reload successful!'],
    ['drop', std('remove', 'book', on()), 'message: Drop successful!'],
    ['reload of a selection', std('refresh', 'books', on()), 'message: Reload successful!'],
    [
      'order by',
      std('orderBy', 'books', { ...on(), orderBy: [{ name: 'pages', order: 'asc' }] }),
      'message: Order By successful!',
    ],
    ['query', std('query', 'books', { ...on(), query: { query: 'pages > 1' } }), 'message: Query successful!'],
    ['query that fails', std('query', 'books', { ...on(), query: { query: 'gone > 1' } }), 'error: Query failed!'],
    ['own text', std('save', 'book', on({ onSuccess: '<b>Done</b>', onFail: 'no' })), 'message: <b>Done</b>'],
    ['own text of a failure', std('query', 'books', { ...on({ onFail: 'No' }), query: { query: 'gone > 1' } }), 'error: No'],
  ])('%s', async (_, action, toast) => {
    await play({
      name: '',
      sources: chain,
      uses,
      steps: [{ get: 'book.title', is: 'Tidal Maps 1' }, { action }, { toasts: [toast] }],
    });
  });
  test('nothing without it; a refused permission is a failure', async () => {
    const refuse: Step = {
      server: (s) => {
        s.intercept = (r) => (r.verb === 'POST' ? fail(403, 1500, 'No permission') : null);
      },
    };
    await playAll([
      {
        name: '',
        sources: chain,
        uses,
        steps: [{ get: 'book.title', is: 'Tidal Maps 1' }, { action: std('refresh', 'book') }, { toasts: [] }],
      },
      {
        name: '',
        sources: chain,
        uses,
        steps: [
          { get: 'book.title', is: 'Tidal Maps 1' },
          refuse,
          { action: std('remove', 'book', on()) },
          { toasts: ['error: Drop failed!'] },
          { get: 'book', is: 'Book(1)' },
        ],
      },
    ]);
  });
  test.each<[object | null, string[]]>([
    [{ message: 'Stored', type: 'message' }, ['message: Stored']],
    [{ message: 'Careful', type: 'warning' }, ['warning: Careful']],
    [{ message: 'Bad', type: 'error' }, ['error: Bad']],
    [{ message: '<b>x</b>', type: 'message' }, ['message: <b>x</b>']],
    [{ message: '', type: 'message' }, []],
    [null, []],
  ])('the notice %j of a function', async (notice, toasts) => {
    await play({
      name: '',
      sources: [],
      functions: {
        'ds.say': ({ server }) => {
          server.effects = (notice === null ? {} : { __NOTIFICATION: notice }) as never;
          return 1;
        },
      },
      steps: [{ action: call('ds.say', { feedback: true }) }, { toasts }, { action: call('ds.say') }, { toasts }],
    });
  });
  test('an error of a function counts more than a message it set before', async () => {
    await play({
      name: '',
      sources: [],
      functions: {
        'ds.bad': ({ server }) => {
          server.effects = { __NOTIFICATION: { message: 'Before', type: 'message' } };
          throw fail(500, 9, 'After');
        },
      },
      steps: [{ action: call('ds.bad', { feedback: true }) }, { toasts: ['error: After'] }],
    });
  });
});

describe('standard actions on every kind of source', () => {
  const all = [
    ...chain,
    ent('alone'),
    sca('s', 'string', 'first'),
    sca('n', 'number', 3),
    sca('o', 'object', { a: { b: 1 } }),
    sca('l', 'array', [1]),
    sca('d', 'date', '2025-03-07'),
    sca('b', 'bool', true),
    sca('t', 'duration', '01:00:00'),
    sca('copy', 'string', ''),
    sel('other', { initialValue: '' }),
    ent('one', { initialValue: '' }),
  ];
  test.each<[string, JsonObject[], string, unknown]>([
    ['set text', [set('s', 'x')], 's', 'x'],
    ['set number', [set('n', '8', 'number')], 'n', 8],
    ['set number 0', [set('n', '0', 'number')], 'n', 0],
    ['set boolean', [set('b', 'false', 'bool')], 'b', false],
    ['set date', [set('d', '2025-12-24', 'date')], 'd', '2025-12-24'],
    ['set duration', [set('t', '00:30:00', 'duration')], 't', 1800000],
    ['set object', [set('o', '{"x":1}', 'object')], 'o', { x: 1 }],
    ['set array', [set('l', '[1,2]', 'array')], 'l', [1, 2]],
    ['set a part of an object', [set('o.a.b', '5', 'number')], 'o', { a: { b: 5 } }],
    ['set takes the type of the source', [set('n', '8', 'string')], 'n', 8],
    ['set an attribute', [set('book.title', 'T')], 'book.title', 'T'],
    ['clear text', [std('clear', 's')], 's', ''],
    ['clear boolean', [std('clear', 'b')], 'b', null],
    ['clear object', [std('clear', 'o')], 'o', null],
    ['clear a standalone entity', [std('clear', 'alone')], 'alone', null],
    ['clear an attribute', [std('clear', 'book.title')], 'book.title', null],
    ['reset text', [set('s', 'x'), std('reset', 's')], 's', 'first'],
    ['reset object', [set('o', '{}', 'object'), std('reset', 'o')], 'o', { a: { b: 1 } }],
    ['reset a standalone entity', [std('clear', 'alone'), std('reset', 'alone')], 'alone', 'Book(1)'],
    ['reset to none', [std('copy', 'book', { target: 'one' }), std('reset', 'one')], 'one', null],
    ['copy text', [std('copy', 's', { target: 'copy' })], 'copy', 'first'],
    ['copy an attribute', [std('copy', 'book.pages', { target: 'n' })], 'n', 100],
    ['copy into an attribute', [std('copy', 's', { target: 'book.title' })], 'book.title', 'first'],
    ['copy into a part', [std('copy', 's', { target: 'o.a.c' })], 'o', { a: { b: 1, c: 'first' } }],
    ['copy a selection', [std('copy', 'books', { target: 'other' })], 'other', 'Book[12]'],
    ['copy an entity', [std('copy', 'alone', { target: 'one' })], 'one', 'Book(1)'],
    ['copy null', [std('copy', 'one', { target: 'alone' })], 'alone', null],
    ['copy a length', [std('copy', 'books.length', { target: 'n' })], 'n', 12],
    ['create for a standalone entity', [std('create', 'alone')], 'alone', 'Book(new)'],
    ['create for the element of a selection', [std('create', 'book')], 'book', 'Book(new)'],
    ['create leaves the selection', [std('create', 'book')], 'books', 'Book[12]'],
    ['drop a standalone entity', [std('remove', 'alone')], 'alone', null],
    ['drop an element', [std('remove', 'book'), std('refresh', 'books')], 'books', 'Book[11]'],
    ['drop null', [std('remove', 'one')], 'one', null],
    ['save null', [std('save', 'one')], 'one', null],
    ['first without element', [std('clear', 'book'), std('first', 'book')], 'book', 'Book(1)'],
    ['all', [std('clear', 'books'), std('all', 'books')], 'books', 'Book[12]'],
    ['upper case', [{ ...std('all', 'other'), action: 'ALL' }], 'other', 'Book[12]'],
  ])('%s', async (_, actions, path, expected) => {
    await play({
      name: '',
      sources: all,
      uses,
      steps: [{ get: 'book.title', is: 'Tidal Maps 1' }, { action: actions }, { get: path, is: expected }],
    });
  });
  test('copy is by reference: an edit shows in both', async () => {
    await play({
      name: '',
      sources: all,
      uses,
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { action: std('copy', 'book', { target: 'one' }) },
        { write: 'one.title', to: 'E' },
        { get: 'book.title', is: 'E' },
      ],
    });
  });
  test.each<[string, Json, JsonObject | undefined]>([
    [
      'values of sources and literals',
      'pages > :1 and title = :2',
      { params: [{ datasource: 'n' }, { value: 'Tidal Maps 1' }] } as never,
    ],
    ['null', 'cover = null', undefined],
    ['quotes', "title = 'Tidal Maps 1'", undefined],
    ['two signs', "title == 'Tidal Maps 1'", undefined],
  ])('query with %s', async (_, text, more) => {
    await play({
      name: '',
      sources: all,
      uses,
      steps: [
        { action: std('query', 'books', { query: { query: text, ...(more ?? {}) } }) },
        {
          check: async ({ page, problems }) => {
            expect(Number(await page.value('books.length'))).toBeGreaterThan(0);
            expect(problems).toEqual([]);
          },
        },
      ],
    });
  });
  test('actions on shared sources name their namespace apart', async () => {
    await play({
      name: '',
      sources: [sca('x', 'string', 'page')],
      shared: { app: [sca('x', 'string', 'shared', { namespace: 'app' }), sca('y', 'string', '', { namespace: 'app' })] },
      steps: [
        {
          action: {
            type: 'simple-action',
            action: 'copy',
            datasource: { name: 'x', namespace: 'app', target: 'y', targetNamespace: 'app', targetType: 'unknown' },
          },
        },
        { get: 'app:y', is: 'shared' },
        { action: set('app:x', 'new') },
        { get: 'x', is: 'page' },
        { get: 'app:x', is: 'new' },
      ],
    });
  });
  test('a stale target on another action is ignored', async () => {
    await play({
      name: '',
      sources: [sca('x', 'string', 'a'), sca('y', 'string', 'b')],
      steps: [{ action: std('clear', 'x', { target: 'y' }) }, { get: 'x', is: '' }, { get: 'y', is: 'b' }],
    });
  });
});

describe('navigation', () => {
  const pages: Step = {
    server: (s) => {
      for (const name of ['Other', 'größe'])
        s.pages.set(name, { metadata: {}, components: { ROOT: { type: { resolvedName: 'Container' } } } });
    },
  };
  const sources = [
    sca('where', 'string', 'Other'),
    sca('o', 'object', { page: 'Other', url: 'https://example.org/a' }),
    sca('blank', 'string', ''),
    sca('nothing', 'string'),
    sca('n', 'number', 5),
  ];
  test.each<[JsonObject, string[]]>([
    [{ target: 'Other' }, ['/$lib/renderer/?w=Other']],
    [{ target: 'größe' }, ['/$lib/renderer/?w=gr%C3%B6%C3%9Fe']],
    [{ target: 'Other', parent: 'new-tab' }, ['new /$lib/renderer/?w=Other']],
    [{ target: 'where', isHardCoded: false }, ['/$lib/renderer/?w=Other']],
    [{ target: 'o.page', isHardCoded: false }, ['/$lib/renderer/?w=Other']],
    [{ target: 'o.url', isHardCoded: false, externalLink: true }, ['https://example.org/a']],
    [{ target: 'blank', isHardCoded: false }, []],
    [{ target: 'nothing', isHardCoded: false }, []],
    [{ target: 'gone', isHardCoded: false }, []],
    [{ target: 'n', isHardCoded: false }, []],
    [{ target: '' }, []],
    [{ target: 'Nowhere' }, []],
    [{ target: 'Nowhere', parent: 'new-tab' }, []],
    [{ target: 'where', isHardCoded: true }, []],
    [{ target: '/$shared/a.pdf', externalLink: true, parent: 'same-tab' }, ['/$shared/a.pdf']],
    [{ target: 'https://example.org', externalLink: true, parent: 'new-tab' }, ['new https://example.org']],
    [{ target: 'Other', parent: 'webform-loader-self', loader: 'stale' }, ['/$lib/renderer/?w=Other']],
    [{ target: 'Other', parent: 'webform-loader', loader: 'stale' }, []],
    [{ target: 'Other', disabled: true }, []],
    [{ target: 'javascript:alert(1)', externalLink: true }, []],
    [{ target: ' java\nscript:alert(1)', externalLink: true, parent: 'new-tab' }, []],
    [{ target: 'data:text/html,x', externalLink: true }, []],
    [{ target: 'mailto:a@b.c', externalLink: true }, ['mailto:a@b.c']],
  ])('%j opens %j', async (action, opened) => {
    await play({ name: '', sources, steps: [pages, { action: { type: 'navigation', ...action } }, { opened }] });
  });
  test('self on a page without a loader tells so in the preview, and goes nowhere', async () => {
    await play({
      name: '',
      sources,
      settings: { preview: true },
      steps: [
        pages,
        { action: { type: 'navigation', target: 'Other', parent: 'webform-loader-self' } },
        { opened: [] },
        {
          check: ({ app }) => {
            expect(app.toasts.peek().map((toast) => toast.type)).toEqual(['message']);
          },
        },
      ],
    });
  });
});

test('a page that another one replaces in the tab is told before; a new tab leaves it', async () => {
  const events: string[] = [];
  const world = await build({
    sources: [],
    page: {
      components: {
        ROOT: { type: { resolvedName: 'Container' }, props: { events: [{ ...call('ds.bye'), events: ['onUnload'] }] } },
      },
    },
    functions: {
      'ds.bye': ({ context }) => {
        events.push(String((context?.['event'] as JsonObject)['eventType']));
        return 1;
      },
    },
  });
  await run(world, [{ type: 'navigation', target: 'Test', parent: 'new-tab' }], 'onclick');
  expect(events).toEqual([]);
  await run(world, [{ type: 'navigation', target: 'Test', parent: 'same-tab' }], 'onclick');
  expect([events, world.opened.length]).toEqual([['unload'], 2]);
});

describe('derived sources', () => {
  test.each<[string, Json[], string, unknown]>([
    [
      'element of a relation',
      [
        ...chain,
        sel('reviews', { dataclass: 'Review', from: 'book.reviews' }),
        ent('review', { dataclass: 'Review', from: 'reviews' }),
      ],
      'review.stars',
      3,
    ],
    ['entity over N→1', [...chain, ent('author', { dataclass: 'Author', from: 'book.author' })], 'author.name', 'A. Dahl'],
    [
      'entity over two relations',
      [
        ...chain,
        sel('reviews', { dataclass: 'Review', from: 'book.reviews' }),
        ent('review', { dataclass: 'Review', from: 'reviews' }),
        ent('author', { dataclass: 'Author', from: 'review.book.author' }),
      ],
      'author.name',
      'A. Dahl',
    ],
    ['selection over two relations', [...chain, sel('siblings', { from: 'book.author.books' })], 'siblings.length', 3],
    [
      'selection of a null entity',
      [ent('book', { initialValue: '' }), sel('reviews', { dataclass: 'Review', from: 'book.reviews' })],
      'reviews.length',
      0,
    ],
    [
      'entity of a null entity',
      [ent('book', { initialValue: '' }), ent('author', { dataclass: 'Author', from: 'book.author' })],
      'author',
      null,
    ],
    ['path through null', [ent('book', { initialValue: '' })], 'book.author.books.length', null],
  ])('%s', async (_, sources, path, expected) => {
    await play({ name: '', sources, uses: [path], steps: [{ get: path, is: expected }] });
  });
});
