import { describe, expect, test } from 'vitest';
import type { Entity } from '../../src/data/entity';
import type { Frame } from '../../src/data/scope';
import type { Selection } from '../../src/data/selection';
import { build, chain, empty, ent, first, plain, play, run, sca, sel, std, uses, type Scenario } from './scenario';

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
