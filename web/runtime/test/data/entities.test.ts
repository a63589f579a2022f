import { describe, test, expect } from 'vitest';
import { Entity } from '../../src/data/entity';
import { Selection } from '../../src/data/selection';
import { fail } from '../mock/server';
import { build, ent, play, sca, sel, std, type Scenario } from './scenario';

const chain = [sel('books'), ent('book', { from: 'books' })];
const author = { id: 'author', type: 'entity', dataclass: 'Author', from: 'book.author', initialValue: '' };
const reviews = { id: 'reviews', type: 'entitysel', dataclass: 'Review', from: 'book.reviews', initialValue: 'all' };
const review = { id: 'review', type: 'entity', dataclass: 'Review', from: 'reviews', initialValue: 'first' };

describe('loading and derivation', () => {
  const scenarios: Scenario[] = [
    {
      name: 'nothing is requested before someone reads',
      sources: [...chain, author, reviews],
      uses: ['book.title'],
      steps: [{ requests: [] }],
    },
    {
      name: 'a selection with initial value all',
      sources: [sel('books')],
      steps: [{ get: 'books', is: 'Book[12]' }, { get: 'books.length', is: 12 }, { events: [] }],
    },
    {
      name: 'a selection with an empty initial value',
      sources: [sel('books', { initialValue: '' })],
      steps: [{ get: 'books', is: null }, { get: 'books.length', is: 0 }, { requests: [] }],
    },
    {
      name: 'first element of a selection',
      sources: chain,
      uses: ['book.title'],
      steps: [
        { get: 'book', is: 'Book(1)' },
        { get: 'book.title', is: 'Tidal Maps 1' },
        { requests: ['GET /Book?$attributes=title&$top=100&$method=entityset'] },
        { events: [] },
      ],
    },
    {
      name: 'no element when the initial value is empty',
      sources: [sel('books'), ent('book', { from: 'books', initialValue: '' })],
      steps: [{ get: 'book', is: null }, { requests: [] }],
    },
    {
      name: 'a standalone entity: first in key order',
      sources: [ent('b')],
      uses: ['b.title'],
      steps: [{ get: 'b.title', is: 'Tidal Maps 1' }, { requests: ['GET /Book?$orderby="ID"&$attributes=title&$top=1'] }],
    },
    {
      name: 'a standalone entity: null',
      sources: [ent('b', { initialValue: '' })],
      steps: [{ get: 'b', is: null }, { get: 'b.title', is: null }, { get: 'b.author.name', is: null }, { requests: [] }],
    },
    {
      name: 'page size',
      sources: [sel('books', { pageSize: 5 })],
      uses: ['books.title'],
      steps: [
        { get: 'books.length', is: 12 },
        { requests: ['GET /Book?$attributes=title&$top=5&$method=entityset'] },
        { get: 'books.7.title', is: 'Tidal Letters 8' },
        { requests: ['GET /Book/$entityset/SET?$attributes=title&$skip=5&$top=5'] },
      ],
    },
    {
      name: 'only the key when nothing is shown',
      sources: [sel('books')],
      steps: [{ get: 'books.length', is: 12 }, { requests: ['GET /Book?$attributes=ID&$top=100&$method=entityset'] }],
    },
    {
      name: 'related values come with their owner',
      sources: chain,
      uses: ['book.title', 'book.author.name', 'book.author.country'],
      steps: [
        { get: 'book.author.name', is: 'A. Dahl' },
        { requests: ['GET /Book?$attributes=title,author.name,author.country&$top=100&$method=entityset'] },
      ],
    },
    {
      name: 'a derived entity asks through its owner',
      sources: [...chain, author],
      uses: ['author.name'],
      steps: [
        { get: 'author.name', is: 'A. Dahl' },
        { requests: ['GET /Book?$attributes=author.name&$top=100&$method=entityset'] },
      ],
    },
    {
      name: 'a derived selection is one request',
      sources: [...chain, reviews],
      uses: ['book.title', 'reviews.stars'],
      steps: [
        { get: 'reviews.length', is: 2 },
        {
          requests: [
            'GET /Book?$attributes=title&$top=100&$method=entityset',
            'GET /Book(1)/reviews?$attributes=stars&$top=100&$expand=reviews&$method=entityset',
          ],
        },
      ],
    },
    {
      name: 'a chain of four',
      sources: [...chain, reviews, review],
      uses: ['review.text'],
      steps: [{ get: 'review.text', is: 'Review 1 of Tidal Maps 1' }],
    },
    {
      name: 'derived selection of a null entity is empty',
      sources: [ent('b', { initialValue: '' }), { ...reviews, from: 'b.reviews' }],
      steps: [
        { get: 'reviews', is: null },
        { get: 'reviews.length', is: 0 },
      ],
    },
    {
      name: 'relation selection inside a path',
      sources: chain,
      uses: ['book.reviews.stars'],
      steps: [
        { get: 'book.reviews.length', is: 2 },
        { get: 'book.reviews.0.stars', is: 3 },
        { requests: ['GET /Book?$attributes=reviews.stars&$top=100&$method=entityset'] },
      ],
    },
    {
      name: 'length of a relation in a path',
      sources: chain,
      uses: ['book.reviews.length'],
      steps: [
        { get: 'book.reviews.length', is: 2 },
        { requests: ['GET /Book?$attributes=reviews.ID&$top=100&$method=entityset'] },
      ],
    },
    {
      name: 'an attribute that nobody announced is fetched',
      sources: chain,
      uses: ['book.title'],
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { requests: ['GET /Book?$attributes=title&$top=100&$method=entityset'] },
        { get: 'book.pages', is: 100 },
        { requests: ['GET /Book(1)?$attributes=pages'] },
      ],
    },
    {
      name: 'missing attributes of several entities go out together',
      sources: [sel('books')],
      uses: ['books.title'],
      steps: [
        { get: 'books.length', is: 12 },
        {
          check: async ({ page, app }) => {
            const held = page.scope.read('books') as Selection;
            for (let i = 0; i < 3; i++) {
              const item = held.at(i);
              item?.get('pages');
              item?.get('price');
            }
            await app.manager.quiet();
          },
        },
        {
          requests: [
            'GET /Book?$attributes=title&$top=100&$method=entityset',
            'GET /Book?$filter="ID in :1"&$params=\'[[1,2,3]]\'&$attributes=pages,price&$top=3',
          ],
        },
        { get: 'books.2.pages', is: 174 },
      ],
    },
    {
      name: 'an unknown attribute is null and reported, the rest works',
      sources: chain,
      uses: ['book.title', 'book.gone'],
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { get: 'book.gone', is: null },
        { problem: /"gone" does not exist in Book/ },
        { requests: ['GET /Book?$attributes=title&$top=100&$method=entityset'] },
      ],
    },
    {
      name: 'object attributes are read whole',
      sources: chain,
      uses: ['book.meta.shelf'],
      steps: [{ get: 'book.meta.shelf', is: 'B0' }, { requests: ['GET /Book?$attributes=meta&$top=100&$method=entityset'] }],
    },
    {
      name: 'an unknown dataclass: the source is missing, others work',
      sources: [sel('x', { dataclass: 'Gone' }), sca('s', 'string', 'a')],
      steps: [{ problem: /dataclass "Gone"/ }, { get: 's', is: 'a' }, { get: 'x.title', is: null }],
    },
    { name: 'a broken origin', sources: [ent('b', { from: 'gone' })], steps: [{ problem: /origin "gone"/ }] },
    {
      name: 'a refused read leaves the source empty',
      sources: chain,
      uses: ['book.title'],
      steps: [
        {
          server: (s) => {
            s.intercept = (r) =>
              r.path.startsWith('/Book') ? fail(401, 1557, 'No permission to read for the Book dataclass') : null;
          },
        },
        { get: 'books.length', is: 0 },
        { get: 'book', is: null },
        { problem: /No permission/ },
      ],
    },
    {
      name: 'an attribute that the server leaves out is null, asked for once',
      sources: chain,
      uses: ['book.title'],
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        {
          server: (s) => {
            const info = s.classes.get('Book');
            if (info) info.attributes = info.attributes.filter((a) => a.name !== 'pages');
            s.intercept = (r) => (r.path === '/Book(1)' ? fail(401, 1557, 'No permission') : null);
          },
        },
        { get: 'book.pages', is: null },
        { get: 'book.pages', is: null },
        { count: '/Book(1)', is: 1 },
      ],
    },
    { name: 'dates are plain', sources: chain, uses: ['book.published'], steps: [{ get: 'book.published', is: '2010-01-10' }] },
    {
      name: 'a computed attribute',
      sources: chain,
      uses: ['book.label'],
      steps: [{ get: 'book.label', is: 'Tidal Maps 1 (100)' }],
    },
    {
      name: 'index beyond the end',
      sources: [sel('books')],
      uses: ['books.title'],
      steps: [
        { get: 'books.99.title', is: null },
        { get: 'books.0.title', is: 'Tidal Maps 1' },
      ],
    },
    {
      name: 'shared sources',
      sources: [],
      shared: { app: [sel('books', { namespace: 'app' }), ent('book', { namespace: 'app', from: 'books' })] },
      uses: ['app:book.title'],
      steps: [{ get: 'app:book.title', is: 'Tidal Maps 1' }, { events: [] }],
    },
    {
      name: 'a page source derived from a shared one',
      sources: [ent('book', { from: 'app:books' })],
      shared: { app: [sel('books', { namespace: 'app' })] },
      uses: ['book.title'],
      steps: [{ get: 'book.title', is: 'Tidal Maps 1' }],
    },
    {
      name: 'sources in any order',
      sources: [review, reviews, ...[...chain].reverse()],
      uses: ['review.stars'],
      steps: [{ get: 'review.stars', is: 3 }],
    },
    {
      name: 'the set has expired: the definition is evaluated again',
      sources: [sel('books', { pageSize: 5 })],
      uses: ['books.title'],
      steps: [
        { get: 'books.length', is: 12 },
        {
          server: (s) => {
            s.sets.clear();
          },
        },
        { get: 'books.9.title', is: 'Amber Archive 10' },
      ],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});

test('what could not be read for a lost connection is asked for again', async () => {
  const world = await build({ sources: chain, uses: ['books.title', 'book.title'] });
  world.server.offline = true;
  expect(await world.page.value('book.title')).toBe(null);
  world.server.offline = false;
  world.app.manager.retry();
  expect(await world.page.value('book.title')).toBe('Tidal Maps 1');
  world.server.offline = true;
  world.page.scope.read('book.pages');
  await world.app.manager.quiet();
  world.server.offline = false;
  world.app.manager.retry();
  expect(await world.page.value('book.pages')).toBe(100);
});

describe('editing', () => {
  const edits: [string, unknown, unknown][] = [
    ['book.title', 'New', 'New'],
    ['book.pages', 7, 7],
    ['book.price', null, null],
    ['book.inStock', true, true],
    ['book.published', '2024-01-01', '2024-01-01'],
    ['book.meta', { a: 1 }, { a: 1 }],
    ['book.readingTime', 60000, 60000],
  ];
  test.each(edits)('%s = %j', async (path, value, expected) => {
    await play({
      name: '',
      sources: chain,
      uses: [path],
      steps: [
        { get: 'book', is: 'Book(1)' },
        { write: path, to: value as null },
        { get: path, is: expected },
        { events: ['book:onchange'] },
        { dirty: 'book', is: true },
        { save: 'book' },
        { dirty: 'book', is: false },
        { sent: { __KEY: '1', __STAMP: 1, [path.slice(5)]: value as null } },
        { get: path, is: expected },
      ],
    });
  });
  const scenarios: Scenario[] = [
    {
      name: 'an equal value changes nothing',
      sources: chain,
      uses: ['book.title'],
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { write: 'book.title', to: 'Tidal Maps 1' },
        { dirty: 'book', is: false },
        { events: [] },
      ],
    },
    {
      name: 'back to the old value is clean again',
      sources: chain,
      uses: ['book.title'],
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { write: 'book.title', to: 'X' },
        { dirty: 'book', is: true },
        { write: 'book.title', to: 'Tidal Maps 1' },
        { dirty: 'book', is: false },
      ],
    },
    {
      name: 'the list shows the edit of the form',
      sources: chain,
      uses: ['books.title'],
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { write: 'book.title', to: 'X' },
        { get: 'books.0.title', is: 'X' },
      ],
    },
    {
      name: 'a part of an object attribute',
      sources: chain,
      uses: ['book.meta'],
      steps: [
        { get: 'book.meta.shelf', is: 'B0' },
        { write: 'book.meta.shelf', to: 'Z' },
        { get: 'book.meta', is: { shelf: 'Z' } },
        { save: 'book' },
        { sent: { __KEY: '1', __STAMP: 1, meta: { shelf: 'Z' } } },
      ],
    },
    {
      name: 'through a relation the related entity is edited',
      sources: chain,
      uses: ['book.author.name'],
      steps: [
        { get: 'book.author.name', is: 'A. Dahl' },
        { write: 'book.author.name', to: 'Other' },
        { get: 'books.4.author.name', is: 'Other' },
        { dirty: 'book', is: false },
        { dirty: 'book.author', is: true },
        { save: 'book.author' },
        { sent: { __KEY: '1', __STAMP: 1, name: 'Other' } },
      ],
    },
    {
      name: 'a relation takes an entity',
      sources: [...chain, { id: 'authors', type: 'entitysel', dataclass: 'Author', initialValue: 'all' }],
      uses: ['book.author.name', 'authors.name'],
      steps: [
        { get: 'book.author.name', is: 'A. Dahl' },
        { get: 'authors.length', is: 4 },
        { copy: 'authors.2', into: 'book.author' },
        { get: 'book.author.name', is: 'I. Sorel' },
        { save: 'book' },
        { sent: { __KEY: '1', __STAMP: 1, author: { __KEY: '3' } } },
      ],
    },
    {
      name: 'a relation is detached by null',
      sources: chain,
      uses: ['book.author.name'],
      steps: [
        { get: 'book.author.name', is: 'A. Dahl' },
        { write: 'book.author', to: null },
        { get: 'book.author.name', is: null },
        { save: 'book' },
        { sent: { __KEY: '1', __STAMP: 1, author: null } },
      ],
    },
    {
      name: 'a relation refuses another class',
      sources: chain,
      uses: ['book.author.name'],
      steps: [
        { get: 'book.author', is: 'Author(1)' },
        { copy: 'books.3', into: 'book.author' },
        { get: 'book.author', is: 'Author(1)' },
        { problem: /holds entities of Author/ },
      ],
    },
    {
      name: 'writing to a null entity does nothing',
      sources: [ent('b', { initialValue: '' })],
      steps: [{ write: 'b.title', to: 'x', refused: true }, { events: [] }],
    },
    {
      name: 'writing to an unknown source',
      sources: [],
      steps: [{ write: 'gone.x', to: 1, refused: true }, { problem: /"gone.x" does not exist/ }],
    },
    {
      name: 'a derived entity follows the relation',
      sources: [...chain, author],
      uses: ['author.name'],
      steps: [
        { get: 'author.name', is: 'A. Dahl' },
        { copy: 'books.1', into: 'book' },
        { get: 'author.name', is: 'B. Okoye' },
        { events: ['book:onchange', 'author:onchange'] },
      ],
    },
    {
      name: 'a derived entity follows an edited relation',
      sources: [...chain, author],
      uses: ['author.name', 'books.author.name'],
      steps: [
        { get: 'author.name', is: 'A. Dahl' },
        { copy: 'books.2.author', into: 'book.author' },
        { get: 'author.name', is: 'I. Sorel' },
        { events: ['book:onchange', 'author:onchange'] },
      ],
    },
    {
      name: 'entity in a scalar source is refused by an entity source of another class',
      sources: [...chain, { id: 'a', type: 'entity', dataclass: 'Author', initialValue: '' }],
      steps: [
        { get: 'book', is: 'Book(1)' },
        { copy: 'book', into: 'a' },
        { get: 'a', is: null },
        { problem: /holds entities of Author, not an entity of Book/ },
      ],
    },
    {
      name: 'a selection source refuses a scalar',
      sources: [sel('books')],
      steps: [{ write: 'books', to: 5, refused: true }, { problem: /not a scalar/ }, { get: 'books', is: 'Book[12]' }],
    },
    {
      name: 'two edits are one save',
      sources: chain,
      uses: ['book.title', 'book.pages'],
      steps: [
        { get: 'book', is: 'Book(1)' },
        { write: 'book.title', to: 'A' },
        { write: 'book.pages', to: 5 },
        { save: 'book' },
        { sent: { __KEY: '1', __STAMP: 1, title: 'A', pages: 5 } },
        { count: 'POST', is: 1 },
      ],
    },
    {
      name: 'an untouched entity is saved without request',
      sources: chain,
      steps: [
        { get: 'book', is: 'Book(1)' },
        {
          server: (s) => {
            s.log.length = 0;
          },
        },
        { save: 'book' },
        { requests: [] },
      ],
    },
    {
      name: 'null is saved without request',
      sources: [ent('b', { initialValue: '' })],
      steps: [{ save: 'b' }, { requests: [] }],
    },
    {
      name: 'a save takes over what the server computed',
      sources: chain,
      uses: ['book.title', 'book.label'],
      steps: [
        { get: 'book.label', is: 'Tidal Maps 1 (100)' },
        { write: 'book.title', to: 'A' },
        { save: 'book' },
        { get: 'book.label', is: 'A (100)' },
      ],
    },
    {
      name: 'a second save uses the new stamp',
      sources: chain,
      uses: ['book.title'],
      steps: [
        { get: 'book.title', is: 'Tidal Maps 1' },
        { write: 'book.title', to: 'A' },
        { save: 'book' },
        { write: 'book.title', to: 'B' },
        { save: 'book' },
        { sent: { __KEY: '1', __STAMP: 2, title: 'B' } },
      ],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});

describe('conflicts, validation, deletion', () => {
  const uses = ['book.title', 'book.pages'];
  const load = { get: 'book.title', is: 'Tidal Maps 1' };
  const entity = (world: { page: { scope: { read(path: string): unknown } } }): Entity => world.page.scope.read('book') as Entity;
  const scenarios: Scenario[] = [
    {
      name: 'another attribute changed elsewhere: saved silently with the new stamp',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { pages: 999 });
          },
        },
        { write: 'book.title', to: 'Mine' },
        { save: 'book' },
        { get: 'book.pages', is: 999 },
        {
          check: ({ server }) => {
            expect(server.table('Book').get('1')?.values).toMatchObject({ title: 'Mine', pages: 999 });
          },
        },
        { count: 'POST', is: 2 },
      ],
    },
    {
      name: 'the same attribute changed elsewhere: refused, nothing lost',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'Theirs' });
          },
        },
        { write: 'book.title', to: 'Mine' },
        { save: 'book', gives: 'conflict' },
        { get: 'book.title', is: 'Mine' },
        {
          check: (w) => {
            expect(entity(w).conflicts.get('title')).toEqual({ theirs: 'Theirs' });
          },
        },
        { dirty: 'book', is: true },
      ],
    },
    {
      name: 'keep mine',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'Theirs' });
          },
        },
        { write: 'book.title', to: 'Mine' },
        { save: 'book', gives: 'conflict' },
        {
          check: (w) => {
            entity(w).resolve('title', true);
          },
        },
        { save: 'book' },
        {
          check: ({ server }) => {
            expect(server.table('Book').get('1')?.values['title']).toBe('Mine');
          },
        },
      ],
    },
    {
      name: 'take theirs',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'Theirs' });
          },
        },
        { write: 'book.title', to: 'Mine' },
        { save: 'book', gives: 'conflict' },
        {
          check: (w) => {
            entity(w).resolve('title', false);
          },
        },
        { get: 'book.title', is: 'Theirs' },
        { dirty: 'book', is: false },
        { save: 'book' },
      ],
    },
    {
      name: 'an unresolved conflict is refused without request',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'Theirs' });
          },
        },
        { write: 'book.title', to: 'Mine' },
        { save: 'book', gives: 'conflict' },
        {
          server: (s) => {
            s.log.length = 0;
          },
        },
        { save: 'book', gives: 'conflict' },
        { requests: [] },
      ],
    },
    {
      name: 'the same value on both sides is no conflict',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'Same' });
          },
        },
        { write: 'book.title', to: 'Same' },
        { save: 'book' },
      ],
    },
    {
      name: 'deleted elsewhere: marked, can be created anew',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.table('Book').delete('1');
          },
        },
        { write: 'book.title', to: 'Mine' },
        { save: 'book', gives: 'deleted' },
        {
          check: (w) => {
            expect(entity(w).deletedElsewhere).toBe(true);
            entity(w).detach();
          },
        },
        { save: 'book' },
        {
          check: ({ server }) => {
            expect(
              [...server.table('Book').values()].some((row) => row.values['title'] === 'Mine' && row.values['pages'] === 100),
            ).toBe(true);
          },
        },
      ],
    },
    {
      name: 'a validation error stands at its field',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.intercept = (r) =>
              r.query.get('$method') === 'update' ? fail(500, 1569, '"pages" cannot be greater than 1200') : null;
          },
        },
        { write: 'book.pages', to: 5000 },
        { save: 'book', gives: 'refused' },
        {
          check: (w) => {
            expect(entity(w).errors.get('pages')).toMatch(/1200/);
          },
        },
        { get: 'book.pages', is: 5000 },
        { write: 'book.pages', to: 5 },
        {
          check: (w) => {
            expect(entity(w).errors.size).toBe(0);
          },
        },
      ],
    },
    {
      name: 'a validation error without a name stands at the only touched field',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.intercept = (r) =>
              r.query.get('$method') === 'update' ? fail(500, 1569, 'Value cannot be greater than 1200') : null;
          },
        },
        { write: 'book.pages', to: 5000 },
        { save: 'book', gives: 'refused' },
        {
          check: (w) => {
            expect(entity(w).errors.get('pages')).toMatch(/1200/);
          },
        },
      ],
    },
    {
      name: 'a mandatory attribute is checked before the request',
      sources: chain,
      uses,
      steps: [
        load,
        { write: 'book.title', to: null },
        {
          server: (s) => {
            s.log.length = 0;
          },
        },
        { save: 'book', gives: 'invalid' },
        { requests: [] },
        {
          check: (w) => {
            expect(entity(w).errors.get('title')).toMatch(/must not be empty/);
          },
        },
      ],
    },
    {
      name: 'no permission to save',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.intercept = (r) =>
              r.query.get('$method') === 'update' ? fail(401, 1557, 'No permission to update for the Book dataclass') : null;
          },
        },
        { write: 'book.title', to: 'x' },
        { save: 'book', gives: 'refused' },
        { get: 'book.title', is: 'x' },
      ],
    },
    {
      name: 'the server is away',
      sources: chain,
      uses,
      steps: [
        load,
        { write: 'book.title', to: 'x' },
        {
          server: (s) => {
            s.offline = true;
          },
        },
        { save: 'book', gives: 'offline' },
        { dirty: 'book', is: true },
        {
          server: (s) => {
            s.offline = false;
          },
        },
        { save: 'book' },
        { dirty: 'book', is: false },
      ],
    },
    {
      name: 'create: blank, nothing sent, then saved',
      sources: chain,
      uses,
      steps: [
        load,
        { action: std('create', 'book') },
        { get: 'book', is: 'Book(new)' },
        { get: 'book.title', is: null },
        { get: 'book.author.name', is: null },
        { get: 'books.length', is: 12 },
        { write: 'book.title', to: 'Fresh' },
        { save: 'book' },
        { sent: { title: 'Fresh' } },
        { get: 'book', is: 'Book(13)' },
        { get: 'books.length', is: 12 },
        { action: std('refresh', 'books') },
        { get: 'books.length', is: 13 },
        { get: 'book', is: 'Book(13)' },
      ],
    },
    {
      name: 'create fires onChange',
      sources: [ent('b', { initialValue: '' })],
      steps: [{ action: std('create', 'b') }, { events: ['b:onchange'] }],
    },
    {
      name: 'drop: the entity is null, its place disappears',
      sources: chain,
      uses,
      steps: [
        load,
        { action: std('remove', 'book') },
        { get: 'book', is: null },
        { get: 'books.length', is: 11 },
        { get: 'books.0.title', is: 'Quiet Harbour 2' },
        { events: ['book:onchange'] },
      ],
    },
    {
      name: 'drop in the middle keeps later pages in place',
      sources: [sel('books', { pageSize: 5 }), ent('book', { from: 'books' })],
      uses: ['books.title'],
      steps: [
        { get: 'books.2.title', is: 'Amber Letters 3' },
        { copy: 'books.2', into: 'book' },
        { action: std('remove', 'book') },
        { get: 'books.2.title', is: 'North Garden 4' },
        { get: 'books.10.title', is: 'Paper Maps 12'.replace('Paper Maps', 'Paper Harbour') },
      ],
    },
    {
      name: 'drop of a new entity sends nothing',
      sources: chain,
      uses,
      steps: [
        load,
        { action: std('create', 'book') },
        {
          server: (s) => {
            s.log.length = 0;
          },
        },
        { action: std('remove', 'book') },
        { get: 'book', is: null },
        { requests: [] },
      ],
    },
    {
      name: 'a refused drop changes nothing',
      sources: chain,
      uses,
      steps: [
        load,
        {
          server: (s) => {
            s.intercept = (r) => (r.query.get('$method') === 'delete' ? fail(500, 1, 'is referred to') : null);
          },
        },
        { action: std('remove', 'book', { feedback: { enabled: true, messages: {} } }) },
        { get: 'book', is: 'Book(1)' },
        { get: 'books.length', is: 12 },
        { toasts: ['error: Drop failed!'] },
      ],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});
