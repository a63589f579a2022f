// What the pages of the gallery are made of.
import type { Json, JsonObject } from '../../src/base/json';
import { icon, make, text, type Built } from './pages';

export interface GalleryPage {
  /** Name of the page, and of its pictures. */
  name: string;
  sources: Json[];
  variants: [title: string, element: Built][];
  /** Width of a variant; the default is one third of the page. */
  width?: string;
  /** What is done before the picture: selectors to click, in order. */
  clicks?: string[];
}

/** The day that the gallery takes for today. */
export const galleryDay = '2025-03-14';

export const scalar = (id: string, dataType: string, initialValue?: Json): JsonObject => ({
  id,
  type: 'scalar',
  dataType,
  namespace: '',
  ...(initialValue === undefined ? {} : { initialValue }),
});

export const books: Json[] = [
  { id: 'books', type: 'entitysel', dataclass: 'Book', namespace: '', initialValue: 'all', pageSize: 50 },
  { id: 'book', type: 'entity', dataclass: 'Book', from: 'books', namespace: '', initialValue: 'first' },
];

export const people: Json[] = [
  { name: 'Ann Berg', city: 'Oslo', age: 41, since: '2019-05-02', tone: '#12a594' },
  { name: 'Ben Okoye', city: 'Lagos', age: 29, since: '2021-11-30', tone: '#d6409f' },
  { name: 'Cleo Sorel', city: 'Lyon', age: 35, since: '2023-01-15', tone: '#f59e0b' },
];

export const paragraph = (...children: Json[]): JsonObject => ({ type: 'paragraph', children });

export const columns: Json[] = [
  { id: '1', title: 'Name', source: 'name', width: '40%', sorting: true },
  { id: '2', title: 'City', source: 'city', width: 120, sorting: true },
  { id: '3', title: 'Age', source: 'age', width: 80, format: '0', dataType: 'number' },
  { id: '4', title: 'Since', source: 'since', width: 120, dataType: 'date', format: 'Date abbreviated' },
];

export const personBox = (): Built =>
  make('StyleBox', { style: { padding: '8px 12px', display: 'flex', gap: 10, alignItems: 'center' } }, [
    icon('fa-solid fa-user', { style: { color: 'var(--q-accent)' } }),
    text('{$This.name}', { fontWeight: 600 }),
    text('{$This.city}', { color: 'var(--q-text-soft)' }),
  ]);
