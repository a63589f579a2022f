import { describe, expect, test } from 'vitest';
import { chain, empty, ent, first, play, sca, sel, std, uses, type Scenario } from './scenario';

describe('standard actions on selections', () => {
  const scenarios: Scenario[] = [
    {
      name: 'all',
      sources: empty,
      uses,
      steps: [
        { action: std('all', 'books') },
        { get: 'books', is: 'Book[12]' },
        { events: ['books:onchange'] },
        { requests: ['GET /Book?$attributes=title&$top=100&$method=entityset'] },
      ],
    },
    {
      name: 'query',
      sources: chain,
      uses,
      steps: [
        first,
        { action: std('query', 'books', { query: { query: "title begin 'Quiet'" } }) },
        { get: 'books', is: 'Book[2]' },
        { get: 'book.title', is: 'Quiet Harbour 2' },
        { events: ['books:onchange', 'book:onchange'] },
      ],
    },
    {
      name: 'query with placeholders',
      sources: [...chain, sca('n', 'number', 300)],
      uses,
      steps: [
        {
          action: std('query', 'books', {
            query: { query: 'pages > :1 and author.name = :2', params: [{ datasource: 'n' }, { value: 'A. Dahl' }] },
          }),
        },
        { get: 'books', is: 'Book[1]' },
      ],
    },
    {
      name: 'query with written placeholders',
      sources: chain,
      uses,
      steps: [
        first,
        {
          action: std('query', 'books', {
            query: {
              query: 'pages > :1',
              params: [{ datasource: '300', isHardCoded: true, hardCodedType: 'number', hardCodedValue: '300' }],
            },
          }),
        },
        { get: 'books', is: 'Book[5]' },
      ],
    },
    {
      name: 'empty',
      sources: chain,
      uses,
      steps: [first, { action: std('empty', 'books') }, { get: 'books', is: 'Book[0]' }, { get: 'book.title', is: null }],
    },
    {
      name: 'query on all entities, not on the selection',
      sources: chain,
      uses,
      steps: [
        { action: std('query', 'books', { query: { query: 'pages > 5000' } }) },
        { get: 'books', is: 'Book[0]' },
        { action: std('query', 'books', { query: { query: 'pages > 300' } }) },
        { get: 'books', is: 'Book[5]' },
      ],
    },
    {
      name: 'query with null',
      sources: chain,
      uses,
      steps: [{ action: std('query', 'books', { query: { query: 'cover == null' } }) }, { get: 'books', is: 'Book[12]' }],
    },
    {
      name: 'a refused query leaves what was there',
      sources: chain,
      uses,
      steps: [
        { get: 'books', is: 'Book[12]' },
        {
          action: std('query', 'books', {
            query: { query: 'gone > 1' },
            feedback: { enabled: true, messages: { onFail: 'Nope' } },
          }),
        },
        { get: 'books', is: 'Book[12]' },
        { toasts: ['error: Nope'] },
      ],
    },
    {
      name: 'the current element is kept when it is still there',
      sources: chain,
      uses,
      steps: [
        first,
        { copy: 'books.8', into: 'book' },
        { get: 'book.title', is: 'Quiet Garden 9' },
        { action: std('query', 'books', { query: { query: "title begin 'Quiet'" } }) },
        { get: 'book.title', is: 'Quiet Garden 9' },
      ],
    },
    {
      name: 'the current element falls back to null without first',
      sources: [sel('books'), ent('book', { from: 'books', initialValue: '' })],
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        { copy: 'books.3', into: 'book' },
        { action: std('query', 'books', { query: { query: 'pages > 400' } }) },
        { get: 'book', is: null },
      ],
    },
    {
      name: 'membership beyond the loaded page is asked of the server',
      sources: [sel('books', { pageSize: 2 }), ent('book', { from: 'books' })],
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        { get: 'books.7.title', is: 'Tidal Letters 8' },
        { copy: 'books.7', into: 'book' },
        { action: std('all', 'books') },
        { get: 'book', is: 'Book(8)' },
        { count: '(8)', is: 1 },
      ],
    },
    {
      name: 'order by',
      sources: chain,
      uses,
      steps: [
        first,
        { action: std('orderBy', 'books', { orderBy: [{ id: '1', name: 'pages', order: 'desc' }] }) },
        { get: 'books.0.title', is: 'North Maps 11' },
        { get: 'book.title', is: 'Tidal Maps 1' },
        { events: ['books:onchange'] },
      ],
    },
    {
      name: 'order by several and paths',
      sources: chain,
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        {
          action: std('orderBy', 'books', {
            orderBy: [
              { name: 'author.name', order: 'asc' },
              { name: 'inStock, title', order: 'desc' },
            ],
          }),
        },
        { count: '$orderby="author.name asc, inStock desc, title desc"', is: 1 },
      ],
    },
    {
      name: 'reload finds what is new',
      sources: chain,
      uses,
      steps: [
        first,
        {
          server: (s) => {
            s.table('Book').set('99', { key: '99', stamp: 1, values: { ID: 99, title: 'Added' } });
          },
        },
        { get: 'books.length', is: 12 },
        { action: std('refresh', 'books') },
        { get: 'books.length', is: 13 },
        { get: 'book.title', is: 'Tidal Maps 1' },
      ],
    },
    {
      name: 'reload keeps the query',
      sources: chain,
      uses,
      steps: [
        { action: std('query', 'books', { query: { query: 'pages > 300' } }) },
        { action: std('refresh', 'books') },
        { get: 'books', is: 'Book[5]' },
      ],
    },
    {
      name: 'reload keeps the order',
      sources: chain,
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        { action: std('orderBy', 'books', { orderBy: [{ name: 'pages', order: 'desc' }] }) },
        { action: std('refresh', 'books') },
        { get: 'books.0.title', is: 'North Maps 11' },
      ],
    },
    {
      name: 'reload shows changed values',
      sources: chain,
      uses,
      steps: [
        first,
        {
          server: (s) => {
            s.elsewhere('Book', '1', { title: 'Else' });
          },
        },
        { action: std('refresh', 'books') },
        { get: 'book.title', is: 'Else' },
      ],
    },
    {
      name: 'clean',
      sources: [sel('books'), ent('book', { from: 'books', initialValue: '' })],
      uses,
      steps: [
        { get: 'books.length', is: 12 },
        {
          server: (s) => {
            s.table('Book').delete('3');
          },
        },
        { action: std('clean', 'books') },
        { get: 'books.length', is: 11 },
        { get: 'books.2.title', is: 'North Garden 4' },
      ],
    },
    {
      name: 'clear',
      sources: chain,
      uses,
      steps: [first, { action: std('clear', 'books') }, { get: 'books.length', is: 0 }, { get: 'book', is: null }],
    },
    {
      name: 'reset to all',
      sources: chain,
      uses,
      steps: [{ action: std('clear', 'books') }, { action: std('reset', 'books') }, { get: 'books', is: 'Book[12]' }],
    },
    {
      name: 'reset to none',
      sources: empty,
      uses,
      steps: [{ action: std('all', 'books') }, { action: std('reset', 'books') }, { get: 'books.length', is: 0 }],
    },
    {
      name: 'copy by reference',
      sources: [...chain, sel('other', { initialValue: '' })],
      uses,
      steps: [
        { get: 'books', is: 'Book[12]' },
        { action: std('copy', 'books', { target: 'other' }) },
        {
          check: ({ page }) => {
            expect(page.scope.read('other')).toBe(page.scope.read('books'));
          },
        },
      ],
    },
    {
      name: 'an action on a selection fails on an entity',
      sources: chain,
      steps: [{ action: std('query', 'book', { query: { query: 'x' } }) }, { problem: /is no selection/ }],
    },
    { name: 'an unknown source', sources: [], steps: [{ action: std('all', 'gone') }, { problem: /"gone" does not exist/ }] },
    {
      name: 'an unknown action',
      sources: chain,
      steps: [{ action: std('dance', 'books') }, { problem: /"dance" is not known/ }],
    },
    {
      name: 'feedback: own text',
      sources: chain,
      steps: [
        { action: std('refresh', 'books', { feedback: { enabled: true, messages: { onSuccess: 'Fresh' } } }) },
        { toasts: ['message: Fresh'] },
      ],
    },
    {
      name: 'feedback: standing text',
      sources: chain,
      steps: [{ action: std('refresh', 'books', { feedback: { enabled: true } }) }, { toasts: ['message: Reload successful!'] }],
    },
    {
      name: 'a disabled action is skipped',
      sources: empty,
      steps: [{ action: std('all', 'books', { disabled: true }) }, { get: 'books', is: null }],
    },
    {
      name: 'names of events are compared without case',
      sources: empty,
      steps: [{ action: std('all', 'books', { events: ['onClick'] }) }, { get: 'books', is: 'Book[12]' }],
    },
    {
      name: 'an action without events never runs',
      sources: empty,
      steps: [{ action: std('all', 'books', { events: [] }) }, { get: 'books', is: null }],
    },
  ];
  test.each(scenarios)('$name', async (scenario) => {
    await play(scenario);
  });
});
