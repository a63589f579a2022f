import { describe, expect, test, vi } from 'vitest';
import { compare, holds, type Surroundings } from '../../src/logic/conditions';
import { readCondition, readSavedConditions } from '../../src/model/condition';
import { build, call, play, sca, std, type Scenario } from '../data/scenario';
import { Application } from '../../src/app/application';
import { readSettings } from '../../src/app/settings';
import { fakeBrowser } from '../data/scenario';
import { fail, MockServer } from '../mock/server';

test.each<[unknown, string, unknown, boolean]>([
  ['a', 'eq', 'a', true],
  ['a', 'eq', 'A', false],
  ['a', 'neq', 'b', true],
  [null, 'eq', null, true],
  [null, 'eq', 'a', false],
  [null, 'neq', 'a', true],
  [null, 'gt', 1, false],
  ['abc', 'sw', 'ab', true],
  ['abc', 'sw', 'b', false],
  ['abc', 'regex', 'b.', true],
  ['abc', 'regex', '^b', false],
  ['abc', 'regex', '(', false],
  ['b', 'in', 'a, b', true],
  ['b', 'in', ['a', 'b'], true],
  ['c', 'nin', 'a,b', true],
  [null, 'nin', 'a', false],
  [5, 'eq', '5', true],
  [5, 'eq', 5, true],
  [5, 'gt', '4', true],
  [5, 'gte', 5, true],
  [5, 'lt', 5, false],
  [5, 'lte', 5, true],
  [5, 'between', [1, 5], true],
  [5, 'between', '6,9', false],
  [10, 'gt', '9', true],
  [5, 'in', '1,5', true],
  [true, 'istrue', null, true],
  [false, 'istrue', null, false],
  [null, 'istrue', null, false],
  [false, 'isfalse', null, true],
  [null, 'isfalse', null, false],
  [true, 'eq', 'true', true],
  [null, 'isnull', null, true],
  [undefined, 'isnull', null, true],
  ['', 'isnull', null, false],
  ['', 'notnull', null, true],
  [[], 'isempty', null, true],
  [{}, 'isempty', null, true],
  [[1], 'isempty', null, false],
  [{ a: 1 }, 'eq', { a: 1 }, true],
  [{ a: 1 }, 'eq', '{"a":1}', true],
  [[1, 2], 'neq', [2, 1], true],
  ['2025-02-01', 'gt', '2025-01-31', true],
  ['2025-02-01', 'between', ['2025-02-01', '2025-02-02'], true],
  ['a', '', 'a', false],
  ['a', 'unknown', 'a', false],
])('%j %s %j is %s', (value, op, wanted, expected) => {
  expect(compare(value as null, op, wanted as null)).toBe(expected);
});

const around: Surroundings = {
  read: (path) => ({ x: 5, s: 'abc' })[path] ?? null,
  privileges: ['Staff', 'Nurse'],
  states: ['Base', 'open'],
  parentStates: ['wide'],
  saved: readSavedConditions({
    conditions: [
      { id: 'c1', type: 'datasource', path: 'x', op: 'eq', value: '5' },
      { id: 'loop', type: 'reference', ref: 'loop' },
      { id: 'deep', type: 'combination', op: 'and', conditions: [{ type: 'reference', ref: 'c1' }] },
    ],
  }),
};
test.each<[object, boolean]>([
  [{ type: 'privilege', op: 'eq', value: 'staff' }, true],
  [{ type: 'privilege', op: 'neq', value: 'Boss' }, true],
  [{ type: 'privilege', op: 'regex', value: '^nur' }, true],
  [{ type: 'privilege', op: 'hasany' }, true],
  [{ type: 'privilege', op: 'hasnone' }, false],
  [{ type: 'privilege', op: 'has at least one privilege' }, true],
  [{ type: 'privilege', op: 'eq', value: 'guest' }, false],
  [{ type: 'currentState', op: 'eq', value: 'open' }, true],
  [{ type: 'currentState', op: 'neq', value: 'shut' }, true],
  [{ type: 'parentState', op: 'eq', value: 'wide' }, true],
  [{ type: 'reference', ref: 'c1', path: 'stale', op: 'neq' }, true],
  [{ type: 'reference', ref: 'gone' }, false],
  [{ type: 'reference', ref: 'loop' }, false],
  [{ type: 'reference', ref: 'deep' }, true],
  [{ type: 'unspecified' }, false],
  [{}, false],
  [{ type: 'combination', op: 'or', conditions: [{ type: 'unspecified' }, { type: 'reference', ref: 'c1' }] }, true],
  [{ type: 'combination', op: 'and', conditions: [{ type: 'unspecified' }, { type: 'reference', ref: 'c1' }] }, false],
  [{ type: 'combination', op: 'and', conditions: [] }, false],
  [{ type: 'datasource', path: 'x', op: 'eq', value: 'x', valueType: 'datasource' }, true],
  [{ type: 'qodlysource', path: 'x', op: '>=', value: 5 }, true],
  [{ type: 'datasource', path: 's', op: 'starts with', value: 'ab' }, true],
])('%j is %s', (condition, expected) => {
  expect(holds(readCondition(condition as never), around)).toBe(expected);
});
test('without parent a parent state is false', () => {
  expect(holds(readCondition({ type: 'parentState', op: 'neq', value: 'x' }), { ...around, parentStates: null })).toBe(false);
});

describe('states of a page', () => {
  const state = (id: string, label: string, conditions?: object): object => ({
    id,
    label,
    ...(conditions ? { conditions } : {}),
  });
  const page = (states: object[], defaultStates: string[] = []): object => ({
    metadata: { states: [{ id: 'root', label: 'Base' }, ...states], defaultStates },
  });
  const loaded = {
    check: async ({ page: instance }: { page: { loaded(): Promise<void> } }) => {
      await instance.loaded();
    },
  };
  const stateAction = (action: string, ...states: string[]): object => ({
    type: 'simple-action',
    actionType: 'state',
    action,
    state: { states },
    datasource: {},
  });
  const scenarios: Scenario[] = [
    { name: 'base alone', sources: [], page: page([]) as never, steps: [{ states: ['Base'] }] },
    {
      name: 'add and delete',
      sources: [],
      page: page([state('a', 'A'), state('b', 'B')]) as never,
      steps: [
        { action: stateAction('add', 'a', 'b') as never },
        { states: ['A', 'B'] },
        { action: stateAction('delete', 'a') as never },
        { states: ['B'] },
      ],
    },
    { name: 'default states', sources: [], page: page([state('a', 'A')], ['a', 'gone']) as never, steps: [{ states: ['A'] }] },
    {
      name: 'a conditional state follows its condition',
      sources: [sca('x', 'string', '')],
      page: page([state('a', 'A', { type: 'datasource', path: 'x', op: 'eq', value: 'on' })]) as never,
      steps: [
        loaded,
        { states: ['Base'] },
        { write: 'x', to: 'on' },
        { states: ['A'] },
        { write: 'x', to: 'off' },
        { states: ['Base'] },
      ],
    },
    {
      name: 'a conditional state cannot be switched',
      sources: [],
      page: page([state('a', 'A', { type: 'unspecified' })]) as never,
      steps: [loaded, { action: stateAction('add', 'a') as never }, { states: ['Base'] }],
    },
    {
      name: 'a conditional default is dropped at the first evaluation',
      sources: [],
      page: page([state('a', 'A', { type: 'unspecified' })], ['a']) as never,
      steps: [{ states: ['A'] }, loaded, { states: ['Base'] }],
    },
    {
      name: 'conditional states come after the others',
      sources: [],
      page: page([state('c', 'C', { type: 'privilege', op: 'hasnone' }), state('a', 'A')]) as never,
      steps: [loaded, { action: stateAction('add', 'a') as never }, { states: ['A', 'C'] }],
    },
    {
      name: 'the condition that became true last wins',
      sources: [sca('x', 'bool', false), sca('y', 'bool', true)],
      page: page([
        state('a', 'A', { type: 'datasource', path: 'x', op: 'istrue' }),
        state('b', 'B', { type: 'datasource', path: 'y', op: 'istrue' }),
      ]) as never,
      steps: [loaded, { states: ['B'] }, { write: 'x', to: true }, { states: ['B', 'A'] }],
    },
    {
      name: 'a condition on another state',
      sources: [],
      page: page([state('a', 'A'), state('b', 'B', { type: 'currentState', op: 'eq', value: 'A' })]) as never,
      steps: [loaded, { states: ['Base'] }, { action: stateAction('add', 'a') as never }, { states: ['A', 'B'] }],
    },
    {
      name: 'a circle is cut and reported',
      sources: [],
      page: page([state('a', 'A', { type: 'currentState', op: 'neq', value: 'A' })]) as never,
      steps: [loaded, { problem: /circle/ }],
    },
    {
      name: 'server code switches by label',
      sources: [],
      page: page([state('a', 'Packed')]) as never,
      functions: {
        'ds.s': ({ server }) => {
          server.effects = {
            __STATES: [
              { action: 'enable', name: 'Packed' },
              { action: 'enable', name: 'gone' },
            ],
          };
          return 1;
        },
      },
      steps: [{ action: call('ds.s') }, { states: ['Packed'] }],
    },
    {
      name: 'server code cannot switch a conditional state',
      sources: [],
      page: page([state('a', 'A', { type: 'unspecified' })]) as never,
      functions: {
        'ds.s': ({ server }) => {
          server.effects = { __STATES: [{ action: 'enable', name: 'A' }] };
          return 1;
        },
      },
      steps: [loaded, { action: call('ds.s') }, { states: ['Base'] }, { problem: /conditional/ }],
    },
    {
      name: 'privileges',
      sources: [],
      privileges: ['Staff'],
      page: page([
        state('in', 'In', { type: 'privilege', op: 'eq', value: 'Staff' }),
        state('out', 'Out', { type: 'privilege', op: 'eq', value: 'guest' }),
      ]) as never,
      steps: [
        loaded,
        { states: ['In'] },
        {
          server: (s) => {
            s.privileges = [];
            s.privilegesStamp = 2;
          },
        },
        { action: std('set', 'gone') },
        { action: call('ds.any') },
        {
          check: async ({ app }) => {
            await app.manager.quiet();
            await new Promise((r) => {
              setTimeout(r, 5);
            });
          },
        },
        { states: ['Out'] },
      ],
    },
    {
      name: 'a saved condition',
      sources: [],
      shared: { app: [sca('user', 'string', '', { namespace: 'app' })] },
      saved: [{ id: 'c', name: 'signed in', type: 'datasource', path: 'app:user', op: 'neq', value: '' }],
      page: page([state('a', 'A', { type: 'reference', ref: 'c' })]) as never,
      steps: [loaded, { states: ['Base'] }, { write: 'app:user', to: 'Ada' }, { states: ['A'] }],
    },
    {
      name: 'navigation',
      sources: [sca('p', 'string', '')],
      steps: [
        {
          server: (s) => {
            s.pages.set('Other', { metadata: {}, components: { ROOT: { type: { resolvedName: 'Container' } } } });
          },
        },
        { action: { type: 'navigation', target: 'Other', externalLink: false, parent: 'same-tab' } },
        { action: { type: 'navigation', target: 'p', isHardCoded: false, externalLink: false, parent: 'same-tab' } },
        { action: { type: 'navigation', target: 'Gone', externalLink: false, parent: 'same-tab' } },
        { action: { type: 'navigation', target: 'https://example.org', externalLink: true, parent: 'new-tab' } },
        { action: { type: 'navigation', target: 'Other', externalLink: false, parent: 'webform-loader-self', loader: 'stale' } },
        { action: { type: 'navigation', target: 'Other', externalLink: false, parent: 'webform-loader', loader: 'gone' } },
        { opened: ['/$lib/renderer/?w=Other', 'new https://example.org', '/$lib/renderer/?w=Other'] },
        { problem: /page "Gone" does not exist/ },
        { problem: /page loader "gone"/ },
      ],
    },
    {
      name: 'On Change of a source runs its actions, a loop is cut',
      sources: [
        sca('n', 'number', 0, {
          events: [
            {
              type: 'method',
              method: 'ds.more',
              events: ['onChange'],
              params: [{ datasource: 'n' }],
              returns: { datasource: 'n' },
            },
          ],
        }),
      ],
      functions: { 'ds.more': ({ args }) => Number(args[0]) + 1 },
      steps: [{ write: 'n', to: 1 }, { get: 'n', is: 11 }, { problem: /cut after 10/ }],
    },
    {
      name: 'On Init of sources and of the page, in order',
      sources: [
        sca('a', 'string', ''),
        sca('b', 'string', '', {
          events: [
            {
              type: 'simple-action',
              action: 'set',
              events: ['onInit'],
              datasource: { name: 'a', namespace: '', set: { value: 'from b', type: 'string' } },
            },
          ],
        }),
      ],
      steps: [{ get: 'a', is: 'from b' }],
    },
    {
      name: 'the login page is opened once',
      sources: [{ id: 'books', type: 'entitysel', dataclass: 'Book', initialValue: 'all' }],
      settings: { loginPage: 'Login' },
      steps: [
        {
          server: (s) => {
            s.intercept = (r) => (r.path.startsWith('/Book') ? failLogin() : null);
          },
        },
        { get: 'books.length', is: 0 },
        { action: std('refresh', 'books') },
        { opened: ['/$lib/renderer/?w=Login'] },
      ],
    },
    {
      name: 'the end of a session is told',
      sources: [{ id: 'books', type: 'entitysel', dataclass: 'Book', initialValue: 'all' }],
      privileges: ['Staff'],
      settings: { loginPage: 'Login' },
      steps: [
        {
          server: (s) => {
            s.intercept = (r) => (r.path.startsWith('/Book') ? failLogin() : null);
          },
        },
        { get: 'books.length', is: 0 },
        { opened: [] },
        {
          check: ({ app }) => {
            expect(app.banner.peek()).toBe('ended');
            app.logIn();
          },
        },
        { opened: ['/$lib/renderer/?w=Login'] },
      ],
    },
    {
      name: 'three failures in a row are a lost connection',
      sources: [{ id: 'books', type: 'entitysel', dataclass: 'Book', initialValue: 'all' }],
      steps: [
        { get: 'books.length', is: 12 },
        {
          server: (s) => {
            s.offline = true;
          },
        },
        { action: [std('refresh', 'books')] },
        { action: [std('refresh', 'books')] },
        { action: [std('refresh', 'books')] },
        {
          check: ({ app }) => {
            expect(app.banner.peek()).toBe('lost');
          },
        },
        {
          server: (s) => {
            s.offline = false;
          },
        },
        { action: std('refresh', 'books') },
        {
          check: ({ app }) => {
            expect(app.banner.peek()).toBe('restored');
          },
        },
        { get: 'books.length', is: 12 },
      ],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});

describe('privileges that went', () => {
  const staff = async (): Promise<Awaited<ReturnType<typeof build>>> => build({ sources: [], privileges: ['Staff'] });
  test('refused for a privilege that the session had: it has ended', async () => {
    const { app, server } = await staff();
    server.privileges = [];
    server.intercept = (r) => (r.path.startsWith('/Book') ? fail(401, 1557, 'No permission') : null);
    await app.client.selection('Book', {}).catch(() => undefined);
    await vi.waitFor(() => {
      expect(app.banner.peek()).toBe('ended');
    }, 60_000);
    expect(app.privileges.peek()).toEqual([]);
  });
  test('refused for another one: nothing has ended', async () => {
    const { app, server } = await staff();
    server.intercept = (r) => (r.path.startsWith('/Book') ? fail(401, 1557, 'No permission') : null);
    await app.client.selection('Book', {}).catch(() => undefined);
    await app.manager.quiet();
    expect(app.banner.peek()).toBe(null);
  });
  test('a function of the page itself gave them up: no banner', async () => {
    const { app, server } = await staff();
    server.privileges = [];
    server.privilegesStamp = 2;
    await app.client.selection('Book', {});
    await vi.waitFor(() => {
      expect(app.privileges.peek()).toEqual([]);
    }, 60_000);
    expect(app.banner.peek()).toBe(null);
  });
});

test('after a login the page that needed it is opened again', async () => {
  const memory = new Map<string, string>();
  const opened: string[] = [];
  const start = async (page: string, privileges: string[]): Promise<void> => {
    const server = new MockServer();
    server.privileges = privileges;
    for (const name of ['Test', 'Login'])
      server.pages.set(name, { metadata: { datasources: [] }, components: { ROOT: { type: { resolvedName: 'Container' } } } });
    if (privileges.length === 0 && page === 'Test') server.intercept = (r) => (r.path.startsWith('/Book') ? failLogin() : null);
    const browser = {
      ...fakeBrowser(opened),
      remember: (key: string, value: string) => {
        memory.set(key, value);
      },
      recall: (key: string) => memory.get(key) ?? '',
    };
    const app = new Application(
      readSettings({
        page,
        loginPage: 'Login',
        files: {
          'shared_css.json': {},
          'shared_datasources.json': {},
          'saved_conditions.json': {},
          'i18n.json': {},
          'CustomComponents/manifest.json': [],
        },
      }),
      browser,
      { setShared() {}, addPage() {}, removePage() {}, classes: () => '' },
      server.fetch,
      { warn() {}, error() {} },
    );
    await app.start();
    if (page === 'Test' && privileges.length === 0) await app.client.selection('Book', {}).catch(() => undefined);
  };
  await start('Test', []);
  expect(opened).toEqual(['/$lib/renderer/?w=Login']);
  await start('Login', []);
  expect(opened.length).toBe(1);
  await start('Login', ['Staff']);
  expect(opened[1]).toBe('/$lib/renderer/?w=Test&x=1#top');
});

test('what was typed outlives a session: the login is in another tab, and the page goes on', async () => {
  const server = new MockServer();
  server.privileges = ['Staff'];
  server.pages.set('Test', { metadata: { datasources: [] }, components: { ROOT: { type: { resolvedName: 'Container' } } } });
  const opened: string[] = [];
  const told = { typing: () => {}, hidden: (_: boolean) => {} };
  const browser = {
    ...fakeBrowser(opened),
    onTyping: (listener: () => void) => {
      told.typing = listener;
    },
    onHidden: (listener: (hidden: boolean) => void) => {
      told.hidden = listener;
    },
  };
  const app = new Application(
    readSettings({ page: 'Test', loginPage: 'Login', live: false }),
    browser,
    { setShared() {}, addPage() {}, removePage() {}, classes: () => '' },
    server.fetch,
    { warn() {}, error() {} },
  );
  await app.start();
  told.typing();
  server.intercept = (r) => (r.path.startsWith('/Book') ? failLogin() : null);
  await app.client.selection('Book', {}).catch(() => undefined);
  expect(app.banner.peek()).toBe('ended');
  app.logIn();
  expect(opened).toEqual(['new /$lib/renderer/?w=Login']);
  server.privileges = [];
  told.hidden(false);
  await vi.waitFor(() => {
    expect(app.privileges.peek()).toEqual([]);
  }, 60_000);
  expect(app.banner.peek(), 'not logged in yet').toBe('ended');
  server.privileges = ['Staff'];
  server.intercept = () => null;
  told.hidden(false);
  await vi.waitFor(() => {
    expect(app.banner.peek()).toBe(null);
  }, 60_000);
  expect(app.privileges.peek()).toEqual(['Staff']);
  expect(opened.length, 'the page stays').toBe(1);
});

function failLogin(): ReturnType<typeof fail> {
  return fail(401, 0, 'You need to be logged in to perform this request');
}
