// Which paths a part of a page shows or sends: known before the first request, so that requests ask for just these.
import { asArray, asObject, asText, isObject, type Json, type JsonObject } from '../base/json';
import type { Action } from './action';
import type { Condition } from './condition';
import type { NodeDef, PageDef } from './page';
import { parsePath, pathList, type Path } from './path';

/** One used path; `attributes` continue it for each item when the path is iterated. */
export interface Use {
  path: Path;
}

interface Frame {
  name: string;
  path: Path | null;
}

const iterating = new Set(['Matrix', 'SelectBox', 'DataTable', 'Timeline', 'Calendar', 'Tags']);

/** Paths used by the node and what it holds, parts of closed dialogs left out. */
export function usesOf(page: PageDef, id: string): Use[] {
  const uses: Path[] = [];
  walk(page, id, [], uses, true);
  return uses.map((path) => ({ path }));
}

export function usesOfActions(actions: readonly Action[]): Use[] {
  const uses: Path[] = [];
  addActions(actions, [], uses);
  return uses.map((path) => ({ path }));
}

export function usesOfCondition(condition: Condition, saved: ReadonlyMap<string, Condition>, depth = 0): Use[] {
  if (depth > 20) return [];
  switch (condition.type) {
    case 'combination':
      return condition.conditions.flatMap((child) => usesOfCondition(child, saved, depth + 1));
    case 'reference': {
      const target = saved.get(condition.ref);
      return target ? usesOfCondition(target, saved, depth + 1) : [];
    }
    case 'datasource': {
      const texts = [condition.path, ...(condition.valueIsPath ? [asText(condition.value)] : [])];
      return texts
        .map(parsePath)
        .filter((path): path is Path => path !== null)
        .map((path) => ({ path }));
    }
    default:
      return [];
  }
}

/** Components that draw all they hold at once. */
const open = new Set(['Container', 'StyleBox', 'TextInput', 'SelectInput', 'CheckboxInput', 'Label', 'Button']);
/** Components that read their sources as soon as they are drawn. */
const reading = new Set([...['Input', 'Checkbox', 'Select', 'SelectBox', 'Radio', 'RangeInput', 'Image', 'DataTable', 'Matrix']]);

/** Paths that the first drawing reads: of what is displayed, outside of iterations and of what opens later. */
export function drawnFirst(page: PageDef, propsOf: (node: NodeDef) => JsonObject): string[] {
  const found = new Set<string>();
  const visit = (id: string): void => {
    const node = page.nodes.get(id);
    if (!node) return;
    const props = propsOf(node);
    if (asObject(props['style'])['display'] === 'none') return;
    if (node.type === 'Text') textPaths(props['doc'], found, 0);
    if (reading.has(node.type)) for (const name of ['datasource', 'currentElement']) found.add(text(node.props[name]));
    if (open.has(node.type)) for (const child of [...node.nodes, ...Object.values(node.linked)]) visit(child);
  };
  visit('ROOT');
  found.delete('');
  return [...found];
}

function walk(page: PageDef, id: string, frames: readonly Frame[], uses: Path[], top = false): void {
  const node = page.nodes.get(id);
  if (!node || (node.type === 'Dialog' && !top)) return;
  addActions(node.actions, frames, uses);
  let inner = frames;
  if (iterating.has(node.type)) {
    const items = text(node.props['datasource']);
    const frame = { name: text(node.props['iterator']) || '$This', path: expand(items, frames) };
    inner = [...frames, frame];
    add(items, frames, uses);
    for (const key of itemPaths(node)) add(`${frame.name}.${key}`, inner, uses);
  } else addPlain(node, frames, uses);
  add(text(node.props['currentElement']), frames, uses);
  for (const child of [...node.nodes, ...Object.values(node.linked)]) walk(page, child, inner, uses);
}

/** Attributes of each item that a component shows by itself. */
function itemPaths(node: NodeDef): string[] {
  const props = node.props;
  switch (node.type) {
    case 'DataTable':
      return asArray(props['columns'])
        .map((column) => text(asObject(column)['source']))
        .filter(Boolean);
    case 'SelectBox':
      return [];
    case 'Tags':
      return [text(props['field']) || text(props['attribut'])].filter(Boolean);
    case 'Calendar':
      return [
        ...['property', 'startDate', 'endDate', 'colorProp'].map((key) => text(props[key])),
        ...asArray(props['attributes']).map((item) =>
          text(typeof item === 'string' ? item : (asObject(item)['source'] ?? asObject(item)['attribute'])),
        ),
      ].filter(Boolean);
    default:
      return [];
  }
}

function addPlain(node: NodeDef, frames: readonly Frame[], uses: Path[]): void {
  if (node.type === 'Text') {
    const bound = new Set<string>();
    textPaths(node.props['doc'], bound, 0);
    for (const path of bound) add(path, frames, uses);
    return;
  }
  for (const item of pathList(text(node.props['datasource']))) add(item, frames, uses);
  addNamed(node, frames, uses);
  add(text(node.props['intervalsDatasource']), frames, uses);
  for (const raw of asArray(node.props['parameters'])) add(text(asObject(raw)['source']), frames, uses);
}

/** Properties of custom components: `…Attribute` names attributes of the elements, `…Source` a source (see the kit). */
function addNamed(node: NodeDef, frames: readonly Frame[], uses: Path[]): void {
  const items = text(node.props['datasource']);
  for (const props of [node.props, ...node.overrides.values()]) {
    for (const [key, value] of Object.entries(props)) {
      if (key.endsWith('Source')) add(text(value), frames, uses);
      if (key.endsWith('Attribute') && items !== '')
        for (const name of text(value).split(',')) if (name.trim() !== '') add(`${items}.${name.trim()}`, frames, uses);
    }
  }
}

/** Paths bound inside a text. */
function textPaths(source: Json | undefined, found: Set<string>, depth: number): void {
  if (depth > 20) return;
  for (const raw of asArray(source)) {
    if (!isObject(raw)) continue;
    found.add(text(raw['datasource'] ?? raw['qodlysource']));
    if (raw['isDataSource'] === true) found.add(text(raw['text']));
    textPaths(raw['children'], found, depth + 1);
  }
}

function addActions(actions: readonly Action[], frames: readonly Frame[], uses: Path[]): void {
  for (const action of actions) {
    if (action.disabled) continue;
    if (action.type === 'method') {
      for (const param of action.params) if (!param.literal) add(param.path, frames, uses);
    } else if (action.type === 'navigation') {
      if (!action.literal) add(action.target, frames, uses);
    } else if (action.type === 'standard') {
      for (const param of action.queryParams) if (!param.literal) add(param.path, frames, uses);
      if (action.action === 'copy') add(join(action.target.namespace, action.target.name), frames, uses);
    }
  }
}

function join(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}:${name}`;
}
function text(value: Json | undefined): string {
  return asText(value);
}

function add(source: string, frames: readonly Frame[], uses: Path[]): void {
  const path = source === '' ? null : expand(source, frames);
  if (path) uses.push(path);
}

/** The path with iterator names replaced by what they iterate. */
function expand(source: string, frames: readonly Frame[]): Path | null {
  const path = parsePath(source);
  if (!path) return null;
  for (let i = frames.length - 1; i >= 0; i--) {
    const frame = frames[i];
    if (!frame || frame.name !== path.root) continue;
    if (!frame.path) return null;
    return { ...frame.path, text: source, steps: [...frame.path.steps, ...path.steps] };
  }
  return path.root === '$This' ? null : path;
}
