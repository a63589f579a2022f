import { describe, expect, test } from 'vitest';
import { Selection } from '../../src/data/selection';
import { fail } from '../mock/server';
import { author, build, chain, ent, play, sca, sel, type Scenario } from './scenario';

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
