import { describe, expect, test } from 'vitest';
import type { Entity } from '../../src/data/entity';
import type { Frame } from '../../src/data/scope';
import type { Selection } from '../../src/data/selection';
import { fail, MockEntity, MockSelection } from '../mock/server';
import { build, call, ent, plain, play, run, sca, sel, std, type Scenario } from './scenario';

const chain = [sel('books'), ent('book', { from: 'books' })];
const empty = [sel('books', { initialValue: '' }), ent('book', { from: 'books', initialValue: '' })];
const uses = ['books.title', 'book.title'];
const first = { get: 'book.title', is: 'Tidal Maps 1' };

describe('standard actions on selections', () => {
  const scenarios: Scenario[] = [
    {
      name: 'all',
      sources: empty,
      uses,
      steps: [
        { action: std('all', 'books') },
        { get: 'books', is: 'Book[12]' },
        { events: ['books:onchange'] },
        { requests: ['GET /Book?$attributes=title&$top=100&$method=entityset'] },
      ],
    },
    {
      name: 'query',
      sources: chain,
      uses,
      steps: [
        first,
        { action: std('query', 'books', { query: { query: "title begin 'Quiet'" } }) },
        { get: 'books', is: 'Book[2]' },
        { get: 'book.title', is: 'Quiet Harbour 2' },
        { events: ['books:onchange', 'book:onchange'] },
      ],
    },
    {
      name: 'query with placeholders',
      sources: [...chain, sca('n', 'number', 300)],
      uses,
      steps: [
        {
          action: std('query', 'books', {
            query: { query: 'pages > :1 and author.name = :2', params: [{ datasource: 'n' }, { value: 'A. Dahl' }] },
          }),
        },
        { get: 'books', is: 'Book[1]' },
      ],
    },
    {
      name: 'query with written placeholders',
      sources: chain,
      uses,
      steps: [
        first,
        {
          action: std('query', 'books', {
            query: {
              query: 'pages > :1',
              params: [{ datasource: '300', isHardCoded: true, hardCodedType: 'number', hardCodedValue: '300' }],
            },
          }),
        },
        { get: 'books', is: 'Book[5]' },
      ],
    },
    {
      name: 'empty',
      sources: chain,
      uses,
      steps: [first, { action: std('empty', 'books') }, { get: 'books', is: 'Book[0]' }, { get: 'book.title', is: null }],
    },
    {
      name: 'query on all entities, not on the selection',
      sources: chain,
      uses,
      steps: [
        { action: std('query', 'books', { query: { query: 'pages > 5000' } }) },
        { get: 'books', is: 'Book[0]' },
        { action: std('query', 'books', { query: { query: 'pages > 300' } }) },
        { get: 'books', is: 'Book[5]' },
      ],
    },
    {
      name: 'query with null',
      sources: chain,
      uses,
      steps: [{ action: std('query', 'books', { query: { query: 'cover == null' } }) }, { get: 'books', is: 'Book[12]' }],
    },
    {
      name: 'a refused query leaves what was there',
      sources: chain,
      uses,
      steps: [
        { get: 'books', is: 'Book[12]' },
        {
          action: std('query', 'books', {
            query: { query: 'gone > 1' },
            feedback: { enabled: true, messages: { onFail: 'Nope' } },
          }),
        },
        { get: 'books', is: 'Book[12]' },
        { toasts: ['error: Nope'] },
      ],
    },
    {
      name: 'the current element is kept when it is still there',
      sources: chain,
      uses,
      steps: [
        first,
        { copy: 'books.8', into: 'book' },
        { get: 'book.title', is: 'Quiet Garden 9' },
        { action: std('query', 'books', { query: { query: "title begin 'Quiet'" } }) },
        { get: 'book.title', is: 'Quiet Garden 9' },
      ],
    },
    {
      name: 'the current element falls back to null without first',
      sources: [sel('books'), ent('book', { from: 'books', initialValue: '' })],
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        { copy: 'books.3', into: 'book' },
        { action: std('query', 'books', { query: { query: 'pages > 400' } }) },
        { get: 'book', is: null },
      ],
    },
    {
      name: 'membership beyond the loaded page is asked of the server',
      sources: [sel('books', { pageSize: 2 }), ent('book', { from: 'books' })],
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        { get: 'books.7.title', is: 'Tidal Letters 8' },
        { copy: 'books.7', into: 'book' },
        { action: std('all', 'books') },
        { get: 'book', is: 'Book(8)' },
        { count: '(8)', is: 1 },
      ],
    },
    {
      name: 'order by',
      sources: chain,
      uses,
      steps: [
        first,
        { action: std('orderBy', 'books', { orderBy: [{ id: '1', name: 'pages', order: 'desc' }] }) },
        { get: 'books.0.title', is: 'North Maps 11' },
        { get: 'book.title', is: 'Tidal Maps 1' },
        { events: ['books:onchange'] },
      ],
    },
    {
      name: 'order by several and paths',
      sources: chain,
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        {
          action: std('orderBy', 'books', {
            orderBy: [
              { name: 'author.name', order: 'asc' },
              { name: 'inStock, title', order: 'desc' },
            ],
          }),
        },
        { count: '$orderby="author.name asc, inStock desc, title desc"', is: 1 },
      ],
    },
    {
      name: 'reload finds what is new',
      sources: chain,
      uses,
      steps: [
        first,
        {
          server: (s) => {
            s.table('Book').set('99', { key: '99', stamp: 1, values: { ID: 99, title: 'Added' } });
          },
        },
        { get: 'books.length', is: 12 },
        { action: std('refresh', 'books') },
        { get: 'books.length', is: 13 },
        { get: 'book.title', is: 'Tidal Maps 1' },
      ],
    },
    {
      name: 'reload keeps the query',
      sources: chain,
      uses,
      steps: [
        { action: std('query', 'books', { query: { query: 'pages > 300' } }) },
        { action: std('refresh', 'books') },
        { get: 'books', is: 'Book[5]' },
      ],
    },
    {
      name: 'reload keeps the order',
      sources: chain,
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        { action: std('orderBy', 'books', { orderBy: [{ name: 'pages', order: 'desc' }] }) },
        { action: std('refresh', 'books') },
        { get: 'books.0.title', is: 'North Maps 11' },
      ],
    },
    {
      name: 'reload shows changed values',
      sources: chain,
      uses,
      steps: [
        first,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'Else' });
          },
        },
        { action: std('refresh', 'books') },
        { get: 'book.title', is: 'Else' },
      ],
    },
    {
      name: 'clean',
      sources: [sel('books'), ent('book', { from: 'books', initialValue: '' })],
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        {
          server: (s) => {
            s.table('Book').delete('3');
          },
        },
        { action: std('clean', 'books') },
        { get: 'books.length', is: 11 },
        { get: 'books.2.title', is: 'North Garden 4' },
      ],
    },
    {
      name: 'clear',
      sources: chain,
      uses,
      steps: [first, { action: std('clear', 'books') }, { get: 'books.length', is: 0 }, { get: 'book', is: null }],
    },
    {
      name: 'reset to all',
      sources: chain,
      uses,
      steps: [{ action: std('clear', 'books') }, { action: std('reset', 'books') }, { get: 'books', is: 'Book[12]' }],
    },
    {
      name: 'reset to none',
      sources: empty,
      uses,
      steps: [{ action: std('all', 'books') }, { action: std('reset', 'books') }, { get: 'books.length', is: 0 }],
    },
    {
      name: 'copy by reference',
      sources: [...chain, sel('other', { initialValue: '' })],
      uses,
      steps: [
        { get: 'books', is: 'Book[12]' },
        { action: std('copy', 'books', { target: 'other' }) },
        {
          check: ({ page }) => {
            expect(page.scope.read('other')).toBe(page.scope.read('books'));
          },
        },
      ],
    },
    {
      name: 'an action on a selection fails on an entity',
      sources: chain,
      steps: [{ action: std('query', 'book', { query: { query: 'x' } }) }, { problem: /is no selection/ }],
    },
    { name: 'an unknown source', sources: [], steps: [{ action: std('all', 'gone') }, { problem: /"gone" does not exist/ }] },
    {
      name: 'an unknown action',
      sources: chain,
      steps: [{ action: std('dance', 'books') }, { problem: /"dance" is not known/ }],
    },
    {
      name: 'feedback: own text',
      sources: chain,
      steps: [
        { action: std('refresh', 'books', { feedback: { enabled: true, messages: { onSuccess: 'Fresh' } } }) },
        { toasts: ['message: Fresh'] },
      ],
    },
    {
      name: 'feedback: standing text',
      sources: chain,
      steps: [{ action: std('refresh', 'books', { feedback: { enabled: true } }) }, { toasts: ['message: Reload successful!'] }],
    },
    {
      name: 'a disabled action is skipped',
      sources: empty,
      steps: [{ action: std('all', 'books', { disabled: true }) }, { get: 'books', is: null }],
    },
    {
      name: 'names of events are compared without case',
      sources: empty,
      steps: [{ action: std('all', 'books', { events: ['onClick'] }) }, { get: 'books', is: 'Book[12]' }],
    },
    {
      name: 'an action without events never runs',
      sources: empty,
      steps: [{ action: std('all', 'books', { events: [] }) }, { get: 'books', is: null }],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});

describe('standard actions on entities', () => {
  const moves: [string[], string | null][] = [
    [['first'], 'Book(1)'],
    [['last'], 'Book(12)'],
    [['next'], 'Book(2)'],
    [['previous'], 'Book(1)'],
    [['last', 'next'], 'Book(12)'],
    [['last', 'previous'], 'Book(11)'],
    [['next', 'next', 'previous'], 'Book(2)'],
    [['clear', 'next'], 'Book(1)'],
    [['clear', 'previous'], 'Book(12)'],
    [['clear', 'last'], 'Book(12)'],
  ];
  test.each(moves)('%j leads to %s', async (names, expected) => {
    await play({
      name: '',
      sources: chain,
      uses,
      steps: [
        { get: 'book', is: 'Book(1)' },
        ...names.map((name) => ({ action: std(name, 'book') })),
        { get: 'book', is: expected },
      ],
    });
  });
  test.each(moves)('with small pages: %j leads to %s', async (names, expected) => {
    await play({
      name: '',
      sources: [sel('books', { pageSize: 2 }), ent('book', { from: 'books' })],
      uses,
      steps: [
        { get: 'book', is: 'Book(1)' },
        ...names.map((name) => ({ action: std(name, 'book') })),
        { get: 'book', is: expected },
      ],
    });
  });
  const scenarios: Scenario[] = [
    { name: 'moves in an empty selection', sources: empty, steps: [{ action: std('next', 'book') }, { get: 'book', is: null }] },
    {
      name: 'clear',
      sources: chain,
      uses,
      steps: [first, { action: std('clear', 'book') }, { get: 'book', is: null }, { events: ['book:onchange'] }],
    },
    {
      name: 'reset to first',
      sources: chain,
      uses,
      steps: [first, { action: std('next', 'book') }, { action: std('reset', 'book') }, { get: 'book', is: 'Book(1)' }],
    },
    {
      name: 'reset to null',
      sources: [sel('books'), ent('book', { from: 'books', initialValue: '' })],
      steps: [
        { get: 'books.length', is: 12 },
        { copy: 'books.1', into: 'book' },
        { action: std('reset', 'book') },
        { get: 'book', is: null },
      ],
    },
    {
      name: 'reload loses unsaved changes',
      sources: chain,
      uses,
      steps: [
        first,
        { write: 'book.title', to: 'X' },
        { action: std('refresh', 'book') },
        { get: 'book.title', is: 'Tidal Maps 1' },
        { dirty: 'book', is: false },
      ],
    },
    { name: 'reload of null', sources: empty, steps: [{ action: std('refresh', 'book') }, { get: 'book', is: null }] },
    {
      name: 'save with feedback',
      sources: chain,
      uses,
      steps: [
        first,
        { write: 'book.title', to: 'X' },
        { action: std('save', 'book', { feedback: { enabled: true, messages: { onSuccess: 'Done', onFail: 'Bad' } } }) },
        { toasts: ['message: Done'] },
        { dirty: 'book', is: false },
      ],
    },
    {
      name: 'a failed save stops the chain',
      sources: [...chain, sca('s', 'string', 'a')],
      uses,
      steps: [
        first,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'T' });
          },
        },
        { write: 'book.title', to: 'X' },
        {
          action: [
            std('save', 'book', { feedback: { enabled: true, messages: { onFail: 'Conflict!' } } }),
            std('set', 's', { set: { value: 'b' } }),
          ],
        },
        { get: 's', is: 'a' },
        { toasts: ['error: Conflict!'] },
      ],
    },
    {
      name: 'copy an entity by reference',
      sources: [...chain, ent('other', { initialValue: '' })],
      uses,
      steps: [
        first,
        { action: std('copy', 'book', { target: 'other' }) },
        { write: 'other.title', to: 'Y' },
        { get: 'book.title', is: 'Y' },
        { events: ['other:onchange', 'book:onchange', 'other:onchange'] },
      ],
    },
    {
      name: 'copy a relation into an entity source',
      sources: [...chain, { id: 'a', type: 'entity', dataclass: 'Author', initialValue: '' }],
      uses: ['book.author.name', 'a.name'],
      steps: [
        { get: 'book.author.name', is: 'A. Dahl' },
        { action: std('copy', 'book.author', { target: 'a' }) },
        { get: 'a.name', is: 'A. Dahl' },
      ],
    },
    {
      name: 'copy an attribute to a scalar',
      sources: [...chain, sca('s', 'string')],
      uses,
      steps: [first, { action: std('copy', 'book.title', { target: 's' }) }, { get: 's', is: 'Tidal Maps 1' }],
    },
    {
      name: 'create on a relation path',
      sources: chain,
      uses: ['book.author.name'],
      steps: [
        { get: 'book.author.name', is: 'A. Dahl' },
        { action: std('create', 'book.author') },
        { get: 'book.author', is: 'Author(new)' },
      ],
    },
    {
      name: 'actions of one event see the result of those before',
      sources: [...chain, sca('n', 'number', 0)],
      uses,
      steps: [
        {
          action: [
            std('query', 'books', { query: { query: "title begin 'Quiet'" } }),
            std('copy', 'books.length', { target: 'n' }),
            std('copy', 'book', { target: 'book' }),
          ],
        },
        { get: 'n', is: 2 },
        { get: 'book.title', is: 'Quiet Harbour 2' },
      ],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});

describe('$This', () => {
  test('copy and drop of the current item', async () => {
    const world = await build({ sources: chain, uses });
    await world.page.value('books.length');
    const held = world.page.scope.read('books') as Selection;
    const frame: Frame = { name: '$This', index: 3, value: held.at(3) as Entity };
    await run(world, [std('copy', '$This', { target: 'book' })], 'onclick', [frame]);
    expect(plain(world.page.scope.read('book'))).toBe('Book(4)');
    await run(world, [std('remove', '$This')], 'onclick', [frame]);
    expect(held.count).toBe(11);
    expect(world.page.scope.read('book')).toBe(null);
  });
  test('nested iterations reach the outer item by its name', async () => {
    const world = await build({ sources: [...chain, sca('s', 'string')], uses });
    await world.page.value('books.length');
    const held = world.page.scope.read('books') as Selection;
    const frames: Frame[] = [
      { name: 'outer', index: 1, value: held.at(1) as Entity },
      { name: '$This', index: 0, value: { label: 'inner' } },
    ];
    await run(world, [std('copy', 'outer.title', { target: 's' })], 'onclick', frames);
    expect(world.page.scope.read('s')).toBe('Quiet Harbour 2');
    await run(world, [std('copy', '$This.label', { target: 's' })], 'onclick', frames);
    expect(world.page.scope.read('s')).toBe('inner');
  });
  test('an item of an array is replaced in its array', async () => {
    const world = await build({ sources: [sca('list', 'array', [{ a: 1 }, { a: 2 }])] });
    const frame: Frame = {
      name: '$This',
      index: 1,
      value: { a: 2 },
      replace: (value) => {
        void world.page.scope.write('list.1', value);
      },
    };
    await world.page.scope.write('$This.a', 9, [frame]);
    expect(world.page.scope.read('list')).toEqual([{ a: 1 }, { a: 9 }]);
  });
});

test('an action of On Change may wait for values while its own turn is under way', async () => {
  const world = await build({ sources: chain, uses });
  await world.page.value('book');
  const seen: unknown[] = [];
  const inner = world.app.manager.listener;
  world.app.manager.listener = async (source, event, turn) => {
    if (source.name === 'book') seen.push(await world.page.value('book.pages'));
    await inner(source, event, turn);
  };
  await run(world, [std('query', 'books', { query: { query: "title begin 'Quiet'" } })], 'onclick');
  expect(seen).toEqual([137]);
});

describe('function calls', () => {
  const echo = { 'ds.echo': ({ args }: { args: unknown[] }) => args as never };
  const param = (more: object): object => ({ id: '1', name: 'p', type: 'string', ...more });
  const args: [string, object[], unknown][] = [
    ['a literal', [param({ isHardCoded: true, hardCodedType: 'number', hardCodedValue: '42', datasource: '42' })], [42]],
    [
      'a literal without a type takes the declared one',
      [param({ type: 'Boolean', isHardCoded: true, hardCodedValue: 'true' })],
      [true],
    ],
    ['a path', [param({ datasource: 'book.title' })], ['Tidal Maps 1']],
    ['an entity', [param({ datasource: 'book' })], [{ __DATACLASS: 'Book', __ENTITY: true, __KEY: '1' }]],
    ['a null source', [param({ datasource: 'none' })], [null]],
    ['no source', [param({ datasource: '' })], [null]],
    [
      'several',
      [param({ datasource: 's' }), param({ isHardCoded: true, hardCodedType: 'object', hardCodedValue: '{"a":1}' })],
      ['text', { a: 1 }],
    ],
    ['a related entity', [param({ datasource: 'book.author' })], [{ __DATACLASS: 'Author', __ENTITY: true, __KEY: '1' }]],
  ];
  test.each(args)('argument: %s', async (_, params, expected) => {
    await play({
      name: '',
      sources: [...chain, ent('none', { initialValue: '' }), sca('s', 'string', 'text'), sca('r', 'array')],
      uses: ['book.title', 'book.author'],
      functions: echo,
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { action: call('ds.echo', { params: params as never, returns: { datasource: 'r' } }) },
        { get: 'r', is: expected },
      ],
    });
  });
  const scenarios: Scenario[] = [
    {
      name: 'an edited entity travels with its edits',
      sources: chain,
      uses,
      functions: echo,
      steps: [
        first,
        { write: 'book.title', to: 'E' },
        { action: call('ds.echo', { params: [{ datasource: 'book' }] }) },
        { sent: [{ __DATACLASS: 'Book', __ENTITY: true, __KEY: '1', __STAMP: 1, title: 'E' }] },
      ],
    },
    {
      name: 'a new entity travels without a key',
      sources: chain,
      uses,
      functions: echo,
      steps: [
        { action: std('create', 'book') },
        { write: 'book.title', to: 'N' },
        { action: call('ds.echo', { params: [{ datasource: 'book' }] }) },
        { sent: [{ __DATACLASS: 'Book', __ENTITY: true, title: 'N' }] },
      ],
    },
    {
      name: 'a selection travels as its set',
      sources: chain,
      uses,
      functions: {
        'ds.size': ({ args: [item], server }) =>
          server.sets.get(String((item as { __DATASET: string }).__DATASET))?.keys.length ?? -1,
      },
      steps: [
        { action: call('ds.size', { params: [{ datasource: 'books' }], returns: { datasource: 'books.x' } }) },
        {
          check: ({ server }) => {
            expect((server.log.find((r) => r.path === '/$catalog/size')?.body as { __ENTITIES: boolean }[])[0]?.__ENTITIES).toBe(
              true,
            );
          },
        },
      ],
    },
    {
      name: 'dataclass function',
      sources: [sca('r', 'number')],
      functions: { 'Book.total': () => 7 },
      steps: [
        { action: call('ds.Book.total', { returns: { datasource: 'r' } }) },
        { get: 'r', is: 7 },
        { count: 'POST /Book/total', is: 1 },
      ],
    },
    {
      name: 'singleton function',
      sources: [sca('r', 'string')],
      functions: { 'cs.Desk.hi': () => 'hi' },
      steps: [{ action: call('cs.Desk.hi', { dataclass: 'Desk', returns: { datasource: 'r' } }) }, { get: 'r', is: 'hi' }],
    },
    {
      name: 'singleton function, me',
      sources: [sca('r', 'string')],
      functions: { 'cs.Desk.hi': () => 'hi' },
      steps: [{ action: call('cs.Desk.me.hi', { returns: { datasource: 'r' } }) }, { get: 'r', is: 'hi' }],
    },
    {
      name: 'singleton function, bare class',
      sources: [sca('r', 'string')],
      functions: { 'cs.Desk.hi': () => 'hi' },
      steps: [{ action: call('Desk.hi', { returns: { datasource: 'r' } }) }, { get: 'r', is: 'hi' }],
    },
    {
      name: 'entity function',
      sources: [...chain, sca('r', 'string')],
      uses,
      functions: { 'BookEntity.say': ({ key }) => `book ${String(key)}` },
      steps: [first, { action: call('book.say', { returns: { datasource: 'r' } }) }, { get: 'r', is: 'book 1' }, { sent: [] }],
    },
    {
      name: 'entity function with edits',
      sources: chain,
      uses,
      functions: { 'BookEntity.say': () => null },
      steps: [
        first,
        { write: 'book.title', to: 'E' },
        { action: call('book.say') },
        { sent: { __this: { __DATACLASS: 'Book', __ENTITY: true, __KEY: '1', __STAMP: 1, title: 'E' }, params: [] } },
      ],
    },
    {
      name: 'entity function of an unsaved entity',
      sources: chain,
      uses,
      functions: { 'BookEntity.say': () => null },
      steps: [{ action: std('create', 'book') }, { action: call('book.say') }, { count: 'POST /Book/$new/say', is: 1 }],
    },
    {
      name: 'entity function of null fails without request',
      sources: empty,
      steps: [
        { action: call('book.say', { feedback: true }) },
        { problem: /No entity/ },
        { requests: [] },
        { toasts: ['error: No entity'] },
      ],
    },
    {
      name: 'selection function of a selection that nothing has filled: an empty one',
      sources: [...empty, sca('n', 'number', 5)],
      functions: { 'BookSelection.howMany': ({ set }) => set?.length ?? -1 },
      steps: [
        { action: call('books.howMany', { returns: { datasource: 'n' } }) },
        { get: 'n', is: 0 },
        { get: 'books', is: null },
      ],
    },
    {
      name: 'the entity as the function left it',
      sources: chain,
      uses: ['book.title', 'book.pages'],
      functions: { 'BookEntity.grow': () => ({ result: 1, __THIS: { __KEY: '1', __STAMP: 1, pages: 555 } }) as never },
      steps: [
        { get: 'book.pages', is: 100 },
        { action: call('book.grow') },
        { get: 'book.pages', is: 555 },
        { dirty: 'book', is: true },
        { events: ['book:onchange'] },
      ],
    },
    {
      name: 'an entity that the function saved is clean',
      sources: chain,
      uses: ['book.title', 'book.pages'],
      functions: { 'BookEntity.store': () => ({ result: 1, __THIS: { __KEY: '1', __STAMP: 2, pages: 555 } }) as never },
      steps: [
        { get: 'book.pages', is: 100 },
        { write: 'book.title', to: 'X' },
        { action: call('book.store') },
        { dirty: 'book', is: false },
        { get: 'book.pages', is: 555 },
      ],
    },
    {
      name: 'a new entity that the function saved has its key',
      sources: chain,
      uses,
      functions: { 'BookEntity.store': () => ({ result: 1, __THIS: { __KEY: '77', __STAMP: 1, title: 'Stored' } }) as never },
      steps: [
        { action: std('create', 'book') },
        { action: call('book.store') },
        { get: 'book', is: 'Book(77)' },
        { get: 'book.title', is: 'Stored' },
      ],
    },
    {
      name: 'selection function',
      sources: [...chain, sca('r', 'number')],
      uses,
      functions: { 'BookSelection.size': ({ set }) => set?.length ?? -1 },
      steps: [{ action: call('books.size', { returns: { datasource: 'r' } }) }, { get: 'r', is: 12 }],
    },
    {
      name: 'function of an empty selection',
      sources: [...chain, sca('r', 'number')],
      uses,
      functions: { 'BookSelection.size': ({ set }) => set?.length ?? -1 },
      steps: [
        { action: std('clear', 'books') },
        { action: call('books.size', { returns: { datasource: 'r' } }) },
        { get: 'r', is: 0 },
      ],
    },
    {
      name: 'result: entity',
      sources: [...chain],
      uses,
      functions: { 'Book.pick': () => new MockEntity('Book', '5') },
      steps: [
        first,
        { action: call('ds.Book.pick', { returns: { datasource: 'book' } }) },
        { get: 'book.title', is: 'Paper Archive 5' },
        { events: ['book:onchange'] },
        { count: '$attributes=title', is: 2 },
      ],
    },
    {
      name: 'result: the same entity fires again',
      sources: chain,
      uses,
      functions: { 'Book.pick': () => new MockEntity('Book', '1') },
      steps: [first, { action: call('ds.Book.pick', { returns: { datasource: 'book' } }) }, { events: ['book:onchange'] }],
    },
    {
      name: 'result: unsaved entity',
      sources: chain,
      uses,
      functions: { 'Book.draft': () => new MockEntity('Book', null, { title: 'Draft' }) },
      steps: [
        { action: call('ds.Book.draft', { returns: { datasource: 'book' } }) },
        { get: 'book', is: 'Book(new)' },
        { get: 'book.title', is: 'Draft' },
        { save: 'book' },
        { sent: { title: 'Draft' } },
      ],
    },
    {
      name: 'result: selection',
      sources: chain,
      uses,
      functions: { 'Book.some': () => new MockSelection('Book', ['3', '4']) },
      steps: [
        first,
        { action: call('ds.Book.some', { returns: { datasource: 'books' } }) },
        { get: 'books', is: 'Book[2]' },
        { get: 'book.title', is: 'Amber Letters 3' },
        { events: ['books:onchange', 'book:onchange'] },
        {
          requests: [
            'GET /Book?$attributes=title&$top=100&$method=entityset',
            'POST /Book/some?$attributes=title&$top=100&$method=entityset',
          ],
        },
      ],
    },
    {
      name: 'result: pages of a returned selection',
      sources: [sel('books', { pageSize: 2, initialValue: '' })],
      uses,
      functions: { 'Book.some': () => new MockSelection('Book', ['3', '4', '5', '6']) },
      steps: [
        { action: call('ds.Book.some', { returns: { datasource: 'books' } }) },
        { get: 'books.3.title', is: 'Hidden Maps 6' },
      ],
    },
    {
      name: 'result: null clears',
      sources: chain,
      uses,
      functions: { 'Book.pick': () => null },
      steps: [first, { action: call('ds.Book.pick', { returns: { datasource: 'book' } }) }, { get: 'book', is: null }],
    },
    {
      name: 'result: nothing leaves the target',
      sources: [sca('r', 'string', 'old')],
      functions: { 'ds.none': () => ({ raw: '{"ok":true}', type: 'application/json' }) },
      steps: [{ action: call('ds.none', { returns: { datasource: 'r' } }) }, { get: 'r', is: 'old' }],
    },
    {
      name: 'result: into a path',
      sources: [sca('o', 'object', { a: 1 })],
      functions: { 'ds.n': () => 5 },
      steps: [{ action: call('ds.n', { returns: { datasource: 'o.total' } }) }, { get: 'o', is: { a: 1, total: 5 } }],
    },
    {
      name: 'result: relation attribute of an entity',
      sources: chain,
      uses: ['book.author.name'],
      functions: { 'Author.pick': () => new MockEntity('Author', '3') },
      steps: [
        { get: 'book.author.name', is: 'A. Dahl' },
        { action: call('ds.Author.pick', { returns: { datasource: 'book.author' } }) },
        { get: 'book.author.name', is: 'I. Sorel' },
        { dirty: 'book', is: true },
      ],
    },
    {
      name: 'result: wrong class is refused and logged',
      sources: chain,
      uses,
      functions: { 'Author.pick': () => new MockEntity('Author', '3') },
      steps: [
        first,
        { action: call('ds.Author.pick', { returns: { datasource: 'book' } }) },
        { get: 'book', is: 'Book(1)' },
        { problem: /Author/ },
      ],
    },
    {
      name: 'result: objects and collections',
      sources: [sca('r', 'object')],
      functions: { 'ds.o': () => ({ a: [1, { b: 2 }] }) },
      steps: [{ action: call('ds.o', { returns: { datasource: 'r' } }) }, { get: 'r.a.1.b', is: 2 }],
    },
    {
      name: 'old vocabulary of results',
      sources: [sca('r', 'number')],
      functions: { 'ds.n': () => 3 },
      steps: [{ action: call('ds.n', { returns: { name: '$0', type: 'Variable', datasource: 'r' } }) }, { get: 'r', is: 3 }],
    },
    {
      name: 'a thrown error with feedback',
      sources: [],
      functions: {
        'ds.bad': () => {
          throw fail(500, 9, 'Wrong tray');
        },
      },
      steps: [{ action: call('ds.bad', { feedback: true }) }, { toasts: ['error: Wrong tray'] }],
    },
    {
      name: 'a thrown error without feedback',
      sources: [sca('s', 'string', 'a')],
      functions: {
        'ds.bad': () => {
          throw fail(500, 9, 'Wrong tray');
        },
      },
      steps: [
        { action: [call('ds.bad'), std('set', 's', { set: { value: 'b' } })] },
        { toasts: [] },
        { get: 's', is: 'a' },
        { problem: /Wrong tray/ },
      ],
    },
    {
      name: 'a message of the server with feedback',
      sources: [],
      functions: {
        'ds.say': ({ server }) => {
          server.effects = { __NOTIFICATION: { message: 'Stored', type: 'warning' } };
          return 1;
        },
      },
      steps: [{ action: call('ds.say', { feedback: true }) }, { toasts: ['warning: Stored'] }],
    },
    {
      name: 'setError is no failure',
      sources: [sca('s', 'string', 'a')],
      functions: {
        'ds.say': ({ server }) => {
          server.effects = { __NOTIFICATION: { message: 'Bad', type: 'error' } };
          return 1;
        },
      },
      steps: [
        { action: [call('ds.say', { feedback: true }), std('set', 's', { set: { value: 'b' } })] },
        { toasts: ['error: Bad'] },
        { get: 's', is: 'b' },
      ],
    },
    {
      name: 'a message without feedback is not shown',
      sources: [],
      functions: {
        'ds.say': ({ server }) => {
          server.effects = { __NOTIFICATION: { message: 'Stored', type: 'message' } };
          return 1;
        },
      },
      steps: [{ action: call('ds.say') }, { toasts: [] }],
    },
    {
      name: 'an error after a message: the error is shown, once',
      sources: [],
      functions: {
        'ds.bad': ({ server }) => {
          server.effects = { __NOTIFICATION: { message: 'Before', type: 'warning' } };
          throw fail(500, 9, 'After');
        },
      },
      steps: [{ action: call('ds.bad', { feedback: true }) }, { toasts: ['error: After'] }],
    },
    {
      name: 'the context of the call',
      sources: [],
      functions: { 'ds.c': () => 1 },
      steps: [
        { action: call('ds.c') },
        {
          check: ({ server }) => {
            expect(server.log.at(-1)?.context).toMatchObject({
              page: 'Test',
              event: { caller: 'ref', eventType: 'onclick', data: {} },
            });
          },
        },
      ],
    },
    {
      name: 'an unknown function fails alone',
      sources: [sca('s', 'string', 'a')],
      steps: [
        { action: call('ds.gone') },
        { problem: /gone/ },
        { action: std('set', 's', { set: { value: 'b' } }) },
        { get: 's', is: 'b' },
      ],
    },
    {
      name: 'trailing parameters keep their places',
      sources: [sca('r', 'array')],
      functions: echo,
      steps: [
        {
          action: call('ds.echo', {
            params: [{ datasource: '' }, { isHardCoded: true, hardCodedType: 'string', hardCodedValue: 'x' }],
            returns: { datasource: 'r' },
          }),
        },
        { get: 'r', is: [null, 'x'] },
      ],
    },
    {
      name: 'a namespace names the source of the function',
      sources: [],
      shared: { app: [sel('books', { namespace: 'app' }), ent('book', { namespace: 'app', from: 'books' })] },
      functions: { 'BookEntity.say': () => null },
      steps: [{ action: call('book.say', { namespace: 'app' }) }, { count: 'POST /Book(1)/say', is: 1 }],
    },
    {
      name: 'logout',
      sources: [],
      privileges: ['Staff'],
      steps: [
        {
          check: ({ app }) => {
            expect(app.privileges.peek()).toEqual(['Staff']);
          },
        },
        {
          server: (s) => {
            s.privileges = [];
            s.functions.set('ds.__logout', () => null);
          },
        },
        { action: { type: 'simple-action', actionType: 'auth', action: 'logout', datasource: { name: '' } } },
        {
          check: ({ app }) => {
            expect(app.privileges.peek()).toEqual([]);
          },
        },
      ],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});
