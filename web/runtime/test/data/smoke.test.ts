import { expect, test } from 'vitest';
import { Entity } from '../../src/data/entity';
import { saveEntity } from '../../src/data/save';
import { world } from './setup';

test('a selection and its first element come with one request and just the shown attributes', async () => {
  const w = await world([
    { id: 'books', type: 'entitysel', dataclass: 'Book', initialValue: 'all', namespace: '' },
    { id: 'book', type: 'entity', dataclass: 'Book', from: 'books', initialValue: 'first', namespace: '' },
  ]);
  w.use('books.title', 'book.author.name');
  expect(w.requests()).toEqual([]);
  expect(await w.get('book.title')).toBe('Tidal Maps 1');
  expect(w.read('book.author.name')).toBe('A. Dahl');
  expect(w.read('books.length')).toBe(12);
  expect(w.requests()).toEqual(['GET /Book?$attributes=title,author.name&$top=100&$method=entityset']);
  expect(w.events).toEqual([]);
});

test('edit, save', async () => {
  const w = await world([{ id: 'b', type: 'entity', dataclass: 'Book', initialValue: 'first' }]);
  w.use('b.title');
  await w.get('b.title');
  await w.scope.write('b.title', 'New');
  expect(w.events).toEqual(['b:onchange']);
  const entity = w.read('b') as Entity;
  expect(entity.dirty).toBe(true);
  expect(await saveEntity(w.manager, entity, null)).toEqual({ ok: true });
  expect(entity.dirty).toBe(false);
  expect(entity.stamp).toBe(2);
  expect(w.requests()[1]).toBe('POST /Book?$attributes=title&$method=update');
});
