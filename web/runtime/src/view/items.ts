// What an iterative component shows: a selection or an array, item by item (pages 5.2).
import { asText } from '../base/json';
import { Entity } from '../data/entity';
import type { Frame } from '../data/scope';
import { Selection } from '../data/selection';
import { SelectionSource } from '../data/selection_source';
import { sameValue, type Value } from '../data/value';
import { useTracked } from './hooks';
import type { View } from './view';

export interface Items {
  kind: 'selection' | 'array' | 'none';
  length: number;
  selection: Selection | null;
  /** Item at a place; undefined while it is not loaded, null when deleted. */
  at(index: number): Value | undefined;
  /** Loads what is missing of a window. */
  want(first: number, end: number): void;
  /** Place of a value; -1 when it is not among the loaded ones. */
  indexOf(value: Value | undefined): number;
  frame(index: number, value: Value): Frame;
}

export function useItems(view: View): Items {
  const path = asText(view.node.props['datasource']);
  const name = iteratorOf(view);
  return useTracked(() => {
    const value = path === '' ? null : view.read(path);
    if (value instanceof Selection) return ofSelection(value, name);
    if (Array.isArray(value)) return ofArray(view, path, value as Value[], name);
    return none(name);
  });
}

function ofSelection(selection: Selection, name: string): Items {
  selection.topic.read();
  return {
    kind: 'selection',
    selection,
    length: selection.length,
    at: (index) => selection.at(index),
    want: (first, end) => {
      selection.want(first, end - first);
    },
    indexOf: (value) => (value instanceof Entity ? selection.indexOf(value) : -1),
    frame: (index, value) => ({ name, index, value }),
  };
}

function ofArray(view: View, path: string, array: readonly Value[], name: string): Items {
  return {
    kind: 'array',
    selection: null,
    length: array.length,
    at: (index) => array[index],
    want: () => {},
    indexOf: (value) =>
      value === null || value === undefined ? -1 : array.findIndex((item) => item === value || sameValue(item, value)),
    frame: (index, value) => ({
      name,
      index,
      value,
      replace: (next) => {
        void view.write(`${path}.${index}`, next);
      },
    }),
  };
}

function none(name: string): Items {
  return {
    kind: 'none',
    selection: null,
    length: 0,
    at: () => undefined,
    want: () => {},
    indexOf: () => -1,
    frame: (index, value) => ({ name, index, value }),
  };
}

/** Whether the item at a place is the selected one: among equal items it is the one that the user chose. */
export function isChosen(item: Value | undefined, selected: Value | undefined): boolean {
  return item !== undefined && item !== null && selected !== undefined && sameValue(item, selected);
}

/** Keys of drawn items: what one does inside an entity's box stays with the entity when others come and go before it. */
export function itemKeys(items: Items, first: number, end: number): string[] {
  const used = new Set<string>();
  return Array.from({ length: Math.max(end - first, 0) }, (_, i) => {
    const value = items.at(first + i);
    const own = value instanceof Entity && value.key !== null ? `e${value.key}` : '';
    const key = own === '' || used.has(own) ? `p${first + i}` : own;
    used.add(key);
    return key;
  });
}

const iteratorOf = (view: View): string => asText(view.node.props['iterator']) || '$This';

/**
 * Selects an item: the current element first, then *On Select* (pages 5.2). Its actions know the selected item under the
 * iterator's name, unless an iteration around has one of that name.
 */
export async function selectItem(view: View, value: Value): Promise<void> {
  const current = asText(view.node.props['currentElement']);
  if (current !== '') await view.write(current, value);
  if (view.disabled) return;
  const name = iteratorOf(view);
  const around = view.frames.some((frame) => frame.name === name);
  await view.page.fire(view.node, 'onselect', {}, around ? view.frames : [...view.frames, { name, value, index: 0 }]);
}

/** The source whose selection is sorted when a header is clicked. */
export function sortableSource(view: View): SelectionSource | null {
  const source = view.page.scope.source(asText(view.node.props['datasource']));
  return source instanceof SelectionSource ? source : null;
}
