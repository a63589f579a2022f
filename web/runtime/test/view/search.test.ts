// What a select box asks the server for while somebody types (pages 15.15): by the type of each listed attribute.
import { expect, test } from 'vitest';
import { searchFilter } from '../../src/components/select_box';
import { Selection } from '../../src/data/selection';
import { build, sel } from '../data/scenario';

test.each<[string[], string, string, string, unknown[]]>([
  [['title'], 'ann', 'en', 'title = :1', ['@ann@']],
  [['title', 'author.name'], 'ann', 'en', 'title = :1 or author.name = :2', ['@ann@', '@ann@']],
  [['title', 'pages'], '12', 'en', 'title = :1 or pages = :2', ['@12@', 12]],
  [['title', 'price'], '1,5', 'de', 'title = :1 or price = :2', ['@1,5@', 1.5]],
  [['title', 'pages'], 'ann', 'en', 'title = :1', ['@ann@']],
  [['published'], '3/7/2025', 'en-US', 'published = :1', ['2025-03-07']],
  [['published'], 'ann', 'en', 'ID == null', []],
  [['inStock', 'title'], 'true', 'en', 'inStock = :1 or title = :2', [true, '@true@']],
  [['reviews.stars'], '5', 'en', 'reviews.stars = :1', [5]],
])('%j, "%s" in %s', async (attributes, text, locale, filter, params) => {
  const world = await build({ sources: [sel('books')] });
  const held = await world.page.value('books');
  expect(held).toBeInstanceOf(Selection);
  expect(searchFilter(held as Selection, attributes, text, locale)).toEqual({ filter, params });
});
