// @vitest-environment jsdom
// What a mouse does to an item, the keyboard does as well (pages 15.13, 15.14); where the focus goes when a dialog opens (11).
import { act } from 'react';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json';
import { call, ent, sel } from '../data/scenario';
import { box, button, make, text, type Built } from '../mock/pages';
import { show, watchComplaints, type Shown } from './show';

watchComplaints();
beforeAll(async () => {
  await Promise.all([import('../../src/components/dialog'), import('../../src/components/page_loader')]);
});

const note = (event: string): JsonObject =>
  call('ds.note', { events: [event], params: [{ isHardCoded: true, hardCodedValue: event }] });
const chain = [sel('books'), ent('book', { from: 'books', initialValue: '' })];

async function listed(component: Built, drawn: string): Promise<{ shown: Shown; notes: Json[] }> {
  const notes: Json[] = [];
  const shown = await show(chain, [component], { functions: { 'ds.note': ({ args }) => notes.push(args[0] ?? null) } });
  const end = Date.now() + 60_000;
  while (shown.$$(drawn).length === 0 && Date.now() < end) await shown.settle();
  return { shown, notes };
}

const press = async (shown: Shown, selector: string, key: string): Promise<void> => {
  await act(async () => {
    shown.$(selector).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
  await shown.settle();
};

describe('the chosen item', () => {
  const events = ['onselect', 'onclick', 'ondblclick', 'oncellclick', 'oncelldblclick'].map(note);
  const columns = [{ id: 'c', title: 'Title', source: 'title', width: 200 }];
  const table = make('DataTable', { datasource: 'books', currentElement: 'book', columns, events, style: { height: '300px' } });
  test('of a table: Space is a click, Enter a double click', async () => {
    const { shown, notes } = await listed(table, '.row .cell');
    await press(shown, '[role=grid]', 'Enter');
    expect(notes).toEqual([]);
    await press(shown, '[role=grid]', 'ArrowDown');
    expect(notes).toEqual(['onselect']);
    await press(shown, '[role=grid]', 'Enter');
    expect(notes.slice(1).sort()).toEqual(['oncelldblclick', 'ondblclick']);
    notes.length = 0;
    await press(shown, '[role=grid]', ' ');
    expect([...notes].sort()).toEqual(['oncellclick', 'onclick', 'onselect']);
  });
  test.each(['Enter', ' '])('of a matrix: %j is a click', async (key) => {
    const matrix = make('Matrix', { datasource: 'books', currentElement: 'book', events, style: { height: '400px' } }, [], {
      container: box({}, text('entry')),
    });
    const { shown, notes } = await listed(matrix, '.FdVirtualGrid [role=option]');
    await press(shown, '.FdVirtualGrid', key);
    expect(notes).toEqual([]);
    await press(shown, '.FdVirtualGrid', 'Home');
    expect(notes).toEqual(['onselect']);
    await press(shown, '.FdVirtualGrid', key);
    expect(notes).toEqual(['onselect', 'onselect', 'onclick']);
  });
});

test('a dialog whose page has still to load has the focus itself, and gives it back', async () => {
  const inner = make('Container', { nodeId: 'ROOT' }, [button('first')]);
  const open: JsonObject = { type: 'dialog', events: ['onclick'], actionType: 'open', targetDialog: 'd' };
  const content = box({}, make('WebformLoader', { webform: 'Inner' }), button('last'));
  const shown = await show(
    [],
    [button('open', [open]), make('Dialog', { serverSideRef: 'd', overlay: true, closable: true }, [], { Dialog: content })],
    { pages: { Inner: { metadata: {}, components: inner.nodes } } },
  );
  const opener = shown.$('.fd-button');
  await act(async () => {
    opener.focus();
  });
  await shown.click('.fd-button');
  const end = Date.now() + 60_000;
  while (shown.$$('[role=dialog]').length === 0 && Date.now() < end) await shown.settle();
  expect(document.activeElement).toBe(shown.$('[role=dialog]'));
  await press(shown, '[role=dialog]', 'Escape');
  expect(shown.$$('[role=dialog]')).toEqual([]);
  expect(document.activeElement).toBe(opener);
});
