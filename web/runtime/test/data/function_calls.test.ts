import { describe, expect, test } from 'vitest';
import { fail, MockEntity, MockSelection } from '../mock/server';
import { call, chain, empty, ent, first, play, sca, sel, std, uses, type Scenario } from './scenario';

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
