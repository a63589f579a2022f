// Model and data of the mock server: a small library, enough relations for every rule.
import type { JsonObject } from '../../src/base/json';

export interface MockAttribute {
  name: string;
  kind: 'storage' | 'relatedEntity' | 'relatedEntities' | 'calculated';
  type: string;
  foreignKey?: string;
  inverse?: string;
  simpleDate?: boolean;
  not_null?: boolean;
  compute?: (record: JsonObject) => JsonObject[string];
}
export interface MockClass {
  name: string;
  key: string;
  attributes: MockAttribute[];
}

const value = (name: string, type: string, more: Partial<MockAttribute> = {}): MockAttribute => ({
  name,
  kind: 'storage',
  type,
  ...more,
});
const one = (name: string, type: string, foreignKey: string, inverse: string): MockAttribute => ({
  name,
  kind: 'relatedEntity',
  type,
  foreignKey,
  inverse,
});
const many = (name: string, type: string, inverse: string): MockAttribute => ({
  name,
  kind: 'relatedEntities',
  type: `${type}Selection`,
  inverse,
});

export const libraryModel: MockClass[] = [
  {
    name: 'Author',
    key: 'ID',
    attributes: [
      value('ID', 'long'),
      value('name', 'string'),
      value('country', 'string'),
      value('born', 'date', { simpleDate: true }),
      many('books', 'Book', 'author'),
    ],
  },
  {
    name: 'Book',
    key: 'ID',
    attributes: [
      value('ID', 'long'),
      value('title', 'string', { not_null: true }),
      value('pages', 'long'),
      value('price', 'number'),
      value('inStock', 'bool'),
      value('published', 'date', { simpleDate: true }),
      value('readingTime', 'duration'),
      value('meta', 'object'),
      value('cover', 'image'),
      value('authorID', 'long'),
      one('author', 'Author', 'authorID', 'books'),
      many('reviews', 'Review', 'book'),
      { name: 'label', kind: 'calculated', type: 'string', compute: (r) => `${String(r['title'])} (${String(r['pages'])})` },
    ],
  },
  {
    name: 'Review',
    key: 'ID',
    attributes: [
      value('ID', 'long'),
      value('stars', 'long'),
      value('text', 'string'),
      value('bookID', 'long'),
      one('book', 'Book', 'bookID', 'reviews'),
    ],
  },
];

export type MockData = Record<string, JsonObject[]>;

/** `books` records; authors and reviews in proportion. Deterministic. */
export function libraryData(books = 12): MockData {
  const names = ['A. Dahl', 'B. Okoye', 'I. Sorel', 'M. Lindqvist'];
  const countries = ['NO', 'NG', 'FR', 'SE'];
  const words = ['Tidal', 'Quiet', 'Amber', 'North', 'Paper', 'Hidden', 'Silver'];
  const things = ['Maps', 'Harbour', 'Letters', 'Garden', 'Archive'];
  const author = names.map((name, i) => ({ ID: i + 1, name, country: countries[i] ?? '', born: `19${50 + i * 7}-0${i + 1}-15` }));
  const book = Array.from({ length: books }, (_, i) => ({
    ID: i + 1,
    title: `${words[i % 7]} ${things[i % 5]} ${i + 1}`,
    pages: 100 + ((i * 37) % 400),
    price: 10 + ((i * 13) % 40) / 2,
    inStock: i % 3 !== 0,
    published: `20${String(10 + (i % 14)).padStart(2, '0')}-0${1 + (i % 9)}-1${i % 9}`,
    readingTime: 3600000 * (1 + (i % 5)),
    meta: { shelf: `B${i % 4}` },
    cover: null,
    authorID: 1 + (i % 4),
  }));
  const review = book
    .slice(0, 200)
    .flatMap((b) =>
      [1, 2].map((n) => ({ ID: b.ID * 10 + n, stars: 1 + ((b.ID + n) % 5), text: `Review ${n} of ${b.title}`, bookID: b.ID })),
    );
  return { Author: author, Book: book, Review: review };
}
