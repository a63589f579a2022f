import { describe, test } from 'vitest';
import { author, chain, ent, play, sel, type Scenario } from './scenario';

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
