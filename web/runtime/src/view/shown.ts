// Bound values as components need them: the value, its declared type, the text in a format.
import type { ValueType } from '../format/format';
import { colourOf, formatValue } from '../format/format';
import { EntitySource } from '../data/entity_source';
import { ScalarSource } from '../data/scalar_source';
import { Entity } from '../data/entity';
import type { Frame } from '../data/scope';
import { SelectionSource } from '../data/selection_source';
import { Selection } from '../data/selection';
import type { Value } from '../data/value';
import type { PageInstance } from '../logic/page_instance';
import { parsePath } from '../model/path';
import type { Catalog, Dataclass } from '../rest/catalog';
import { usePlace, type Place } from './context';
import { useTracked } from './hooks';

export function useValue(path: string): Value | undefined {
  const { page, frames } = usePlace();
  return useTracked(() => (path === '' ? null : page.scope.read(path, frames)));
}

export function useShown(path: string): string {
  const place = usePlace();
  return useTracked(() => formatted(place, path, '', '').text);
}

/** Text of a bound value and the colour that its format gives it. */
export function formatted(
  { page, frames }: Pick<Place, 'page' | 'frames'>,
  path: string,
  format: string,
  type: string,
): { text: string; colour: string } {
  if (path === '') return { text: '', colour: '' };
  const value = page.scope.read(path, frames);
  const text = formatValue(value, format, valueType(type) || typeOf(page, path, frames), page.app.locale.value);
  return { text, colour: colourOf(value, format) };
}

export function valueType(name: string): ValueType {
  switch (name.toLowerCase()) {
    case 'date':
      return 'date';
    case 'duration':
    case 'time':
      return 'duration';
    case 'number':
    case 'long':
    case 'word':
    case 'byte':
    case 'long64':
    case 'integer':
    case 'real':
      return 'number';
    case 'bool':
    case 'boolean':
      return 'bool';
    case 'string':
    case 'text':
    case 'uuid':
      return 'string';
    default:
      return '';
  }
}

const columnTypes = new WeakMap<Dataclass, Map<string, ValueType>>();

/** Type of an attribute path of entities; empty when it is not known. */
export function typeOfColumn({ dataclass, context }: Entity | Selection, source: string): ValueType {
  let known = columnTypes.get(dataclass);
  if (!known) columnTypes.set(dataclass, (known = new Map()));
  let type = known.get(source);
  if (type === undefined) known.set(source, (type = typeOfSteps(dataclass, source.split('.'), context.catalog)));
  return type;
}

function typeOfSteps(from: Dataclass | undefined, steps: readonly string[], catalog: Catalog): ValueType {
  let at = from;
  for (const step of steps) {
    const attribute = at?.attributes.get(step);
    if (!attribute) return '';
    if (attribute.related === '') return valueType(attribute.type);
    at = catalog.find(attribute.related);
  }
  return '';
}

/** Type of a path out of the model or the source's record; empty when it is not known. */
export function typeOf(page: PageInstance, text: string, frames: readonly Frame[] = []): ValueType {
  const path = parsePath(text);
  if (!path) return '';
  const { catalog } = page.app;
  let at: Dataclass | undefined;
  const frame = [...frames].reverse().find((item) => item.name === path.root);
  if (frame) at = frame.value instanceof Entity || frame.value instanceof Selection ? frame.value.dataclass : undefined;
  else {
    const source = page.scope.find(path.namespace, path.root);
    if (source instanceof ScalarSource) return path.steps.length === 0 ? valueType(source.def.dataType) : '';
    if (source instanceof EntitySource || source instanceof SelectionSource) at = source.dataclass;
  }
  return typeOfSteps(at, path.steps, catalog);
}
