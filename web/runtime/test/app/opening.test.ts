// What is asked for before a page is drawn for the first time (pages 3, 5.1).
import { describe, expect, test } from 'vitest';
import { Application } from '../../src/app/application';
import { readSettings } from '../../src/app/settings';
import type { Json, JsonObject } from '../../src/base/json';
import { effect } from '../../src/base/reactive';
import { fakeBrowser } from '../data/scenario';
import { libraryData, libraryModel } from '../mock/model';
import { box, input, make, text, type Built } from '../mock/pages';
import { fail, MockServer } from '../mock/server';

const books = { id: 'books', type: 'entitysel', dataclass: 'Book', initialValue: 'all' };
const book = { id: 'book', type: 'entity', dataclass: 'Book', from: 'books', initialValue: 'first' };
const table = make('DataTable', { datasource: 'books', columns: [{ source: 'title' }] });

interface Opened {
  app: Application;
  server: MockServer;
  /** Requests for data that had been answered when the page was there to be drawn. */
  before: string[];
}

async function open(
  sources: Json[],
  children: Built[],
  prepare: (server: MockServer) => void = () => {},
  more: JsonObject = {},
  rootProps: JsonObject = {},
): Promise<Opened> {
  const server = new MockServer(libraryModel, libraryData(12));
  const root = make('Container', { nodeId: 'ROOT', ...rootProps }, children);
  server.pages.set('Test', { metadata: { datasources: sources, ...more }, components: root.nodes });
  prepare(server);
  const quiet = { warn() {}, error() {} };
  const styles = { setShared() {}, addPage() {}, removePage() {}, classes: () => '' };
  const app = new Application(readSettings({ page: 'Test' }), fakeBrowser([]), styles, server.fetch, quiet);
  let before: string[] = [];
  effect(() => {
    if (app.page.value) before = server.log.filter(({ path }) => path.startsWith('/Book')).map(({ path }) => path);
  });
  await app.start();
  return { app, server, before };
}

describe('before the first drawing', () => {
  test.each<[string, Json[], Built[], string[]]>([
    ['a table', [books], [table], ['/Book']],
    ['a text bound to the current entity', [books, book], [text('{book.title}')], ['/Book']],
    ['a field inside boxes', [books, book], [box({}, box({}, input('L', 'book.title')))], ['/Book']],
    ['several that share a source', [books, book], [table, text('{book.title}'), input('L', 'book.title')], ['/Book']],
    ['a source that nothing shows', [books], [text('x')], []],
    ['what is not displayed', [books, book], [box({ display: 'none' }, text('{book.title}'))], []],
    ['a dialog that is closed', [books, book], [make('Dialog', {}, [text('{book.title}')])], []],
    ['an unknown component', [books, book], [make('Unheard', { datasource: 'book.title' })], []],
    ['a source that does not exist', [], [text('{gone.title}')], []],
  ])('%s', async (_, sources, children, expected) => {
    expect((await open(sources, children)).before).toEqual(expected);
  });

  test('the data is there', async () => {
    const { app } = await open([books, book], [table, text('{book.title}')]);
    expect(app.page.peek()?.scope.read('book.title')).toBe('Tidal Maps 1');
    expect(app.page.peek()?.scope.read('books.length')).toBe(12);
  });

  test('a state that is on by default decides what is displayed', async () => {
    const hidden = make('Text', { doc: [] }, [], {}, {});
    const boxed = make('StyleBox', {}, [text('{book.title}')], {}, { 'states:s': { style: { display: 'none' } } });
    const states = { states: [{ id: 's', label: 'S' }], defaultStates: ['s'] };
    expect((await open([books, book], [hidden, boxed], undefined, states)).before).toEqual([]);
    expect((await open([books, book], [hidden, boxed])).before).toEqual(['/Book']);
  });

  const sort = {
    type: 'simple-action',
    action: 'orderBy',
    orderBy: [{ name: 'title', order: 'asc' }],
    datasource: { name: 'books' },
  };
  const call = (result: string): JsonObject => ({
    type: 'method',
    method: 'fresh',
    dataclass: 'Book',
    returns: { datasource: result },
  });
  test.each<[string, JsonObject, string[]]>([
    ['sorts', sort, []],
    ['assigns a result', call('books'), []],
    ['calls only', call(''), ['/Book']],
    ['is disabled', { ...sort, disabled: true }, ['/Book']],
    ['switches a state', { type: 'state', state: { action: 'enable', states: ['s'] } }, ['/Book']],
  ])('On Loaded that %s', async (_, action, expected) => {
    const on = (event: string): JsonObject => ({ events: [{ id: 'a', events: [event], ...action }] });
    const opened = await open([books, book], [table, text('{book.title}')], undefined, {}, on('onload'));
    expect(opened.before).toEqual(expected);
    await opened.app.page.peek()?.loaded();
  });

  test('what On Loaded sorts is asked for once, and its first entity is the current one', async () => {
    const events = [{ id: 'a', events: ['onload'], ...sort }];
    const { app, server } = await open([books, book], [table, text('{book.title}')], undefined, {}, { events });
    const page = app.page.peek();
    page?.scope.read('books.length');
    await Promise.all([page?.loaded(), app.manager.quiet()]);
    expect(await page?.value('book.title')).toBe('Amber Archive 10');
    expect(server.log.filter(({ path }) => path.startsWith('/Book')).map(({ query }) => query.get('$orderby'))).toEqual([
      '"title asc"',
    ]);
  });

  test('an answer that does not come holds nothing up', async () => {
    const { app, before } = await open([books], [table], (server) => {
      const { fetch } = server;
      Object.assign(server, {
        fetch: ((address, init) =>
          String(address).includes('/Book') ? new Promise(() => {}) : fetch(address, init)) as typeof fetch,
      });
    });
    expect(app.page.peek()).not.toBeNull();
    expect(before).toEqual([]);
  });

  test('a refused request is told once and the page is drawn', async () => {
    const { app, before } = await open([books], [table], (server) => {
      server.intercept = ({ path }) => (path === '/Book' ? fail(403, 1561, 'No permission') : null);
    });
    expect(before).toEqual(['/Book']);
    expect(app.page.peek()?.scope.read('books.length')).toBe(0);
  });
});
