import { describe, expect, test } from 'vitest';
import { Entity } from '../../src/data/entity';
import { fail } from '../mock/server';
import { chain, ent, play, sel, std, type Scenario } from './scenario';

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
