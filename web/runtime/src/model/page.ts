// Page definitions as the runtime uses them, read tolerantly from stored JSON (project-format 8 to 15).
import { asArray, asBoolean, asNumber, asObject, asText, asTexts, type Json, type JsonObject, table } from '../base/json';
import { readCondition, type Condition } from './condition';
import { readActions, type Action } from './action';
import { nameOldIterators } from './old_iterators';

export type SourceKind = 'scalar' | 'entity' | 'entitysel';

export interface SourceDef {
  id: string;
  type: SourceKind;
  namespace: string;
  dataclass: string;
  dataType: string;
  from: string;
  initialValue: Json | undefined;
  pageSize: number;
  live: boolean;
  events: Action[];
}

export interface StyleDef {
  name: string;
  content: string;
}
export interface StateDef {
  id: string;
  label: string;
  condition: Condition | null;
}
export type Override = JsonObject;

export interface NodeDef {
  id: string;
  type: string;
  props: JsonObject;
  nodes: readonly string[];
  linked: Readonly<Record<string, string>>;
  actions: Action[];
  /** Overrides by state id. */
  overrides: ReadonlyMap<string, Override>;
  /** Texts by locale (project-format 21.2). */
  texts: ReadonlyMap<string, JsonObject>;
  /** Keys of translations by property path. */
  keys: Readonly<Record<string, string>>;
}

export interface PageDef {
  name: string;
  sources: SourceDef[];
  styles: StyleDef[];
  states: StateDef[];
  defaultStates: string[];
  nodes: ReadonlyMap<string, NodeDef>;
  problems: string[];
}

const componentAliases: Readonly<Record<string, string>> = table({
  PageLoader: 'WebformLoader',
  Page: 'Container',
  Slider: 'RangeInput',
  SwitchInput: 'CheckboxInput',
});

export function readPage(name: string, source: Json): PageDef {
  const root = asObject(source);
  const metadata = asObject(root['metadata']);
  const problems: string[] = [];
  const nodes = readNodes(asObject(root['components']), problems);
  return {
    name,
    nodes,
    problems,
    sources: readSources(metadata['datasources'] ?? metadata['qodlysources'], ''),
    styles: readStyles(metadata['styles']),
    states: asArray(metadata['states'])
      .map(readState)
      .filter((state) => state.id !== '' && state.id !== 'root'),
    defaultStates: asTexts(metadata['defaultStates']),
  };
}

export function readSources(source: Json | undefined, namespace: string): SourceDef[] {
  return asArray(source)
    .map((raw) => readSource(asObject(raw), namespace))
    .filter((def) => def.id !== '');
}

/** Files that name the type of a scalar as its kind. */
const scalarTypes = new Set(['object', 'array', 'string', 'number', 'bool', 'date', 'duration', 'image', 'blob']);

function readSource(item: JsonObject, namespace: string): SourceDef {
  const type = asText(item['type']).toLowerCase();
  return {
    id: asText(item['id']),
    type: type === 'entity' || type === 'entitysel' ? type : 'scalar',
    namespace: namespace || asText(item['namespace']),
    dataclass: asText(item['dataclass']),
    dataType: asText(scalarTypes.has(type) ? type : item['dataType'], 'string')
      .toLowerCase()
      .replace(/^boolean$/, 'bool')
      .replace(/^text$/, 'string'),
    from: asText(item['from']),
    initialValue: item['initialValue'],
    pageSize: Math.min(Math.max(Math.trunc(asNumber(item['pageSize'], 100)), 1), 1000),
    live: item['live'] !== false,
    events: readActions(item['events']),
  };
}

export function readStyles(source: Json | undefined): StyleDef[] {
  return asArray(source)
    .map(asObject)
    .map((item) => ({ name: asText(item['name']), content: asText(item['content']) }))
    .filter((style) => style.content !== '');
}

function readState(raw: Json): StateDef {
  const item = asObject(raw);
  const condition = item['conditions'];
  return {
    id: asText(item['id']),
    label: asText(item['label']),
    condition: condition === undefined || condition === null ? null : readCondition(condition),
  };
}

function readNodes(source: JsonObject, problems: string[]): Map<string, NodeDef> {
  const all = new Map<string, NodeDef>();
  for (const [id, raw] of Object.entries(source)) all.set(id, readNode(id, asObject(raw)));
  const reached = new Map<string, NodeDef>();
  reach('ROOT', all, reached, problems, 0);
  nameOldIterators(reached);
  return reached;
}

const deepest = 200;

/** Keeps what is reachable from the root; a missing child, a second visit, a cycle and what lies too deep are left out. */
function reach(
  id: string,
  all: ReadonlyMap<string, NodeDef>,
  reached: Map<string, NodeDef>,
  problems: string[],
  depth: number,
): boolean {
  if (depth > deepest) {
    problems.push(`component "${id}" is nested deeper than ${deepest}`);
    return false;
  }
  const node = all.get(id);
  if (!node) {
    problems.push(`component "${id}" is missing`);
    return false;
  }
  if (reached.has(id)) {
    problems.push(`component "${id}" is used twice`);
    return false;
  }
  reached.set(id, node);
  const nodes = node.nodes.filter((child) => reach(child, all, reached, problems, depth + 1));
  const linked = Object.fromEntries(
    Object.entries(node.linked).filter(([, child]) => reach(child, all, reached, problems, depth + 1)),
  );
  reached.set(id, { ...node, nodes, linked });
  return true;
}

function readNode(id: string, item: JsonObject): NodeDef {
  const type = asText(asObject(item['type'])['resolvedName']) || asText(item['type']);
  const custom = asObject(item['custom']);
  const props = readProps(asObject(item['props']));
  const linked: Record<string, string> = {};
  for (const [slot, child] of Object.entries(asObject(item['linkedNodes']))) if (typeof child === 'string') linked[slot] = child;
  return {
    id,
    props,
    linked,
    type: componentAliases[type] ?? type,
    nodes: asTexts(item['nodes']),
    actions: readActions(props['events']),
    overrides: prefixed(custom, 'states:'),
    texts: prefixed(custom, 'i18n:'),
    keys: Object.fromEntries(
      Object.entries(asObject(custom['i18nKeys'])).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
  };
}

function readProps(props: JsonObject): JsonObject {
  const result: JsonObject = { ...props };
  if (result['datasource'] === undefined && result['qodlysource'] !== undefined) result['datasource'] = result['qodlysource'];
  if (result['webform'] === undefined) {
    const alias = result['Page'] ?? result['page'];
    if (typeof alias === 'string') result['webform'] = alias;
  }
  return result;
}

function prefixed(custom: JsonObject, prefix: string): Map<string, JsonObject> {
  const result = new Map<string, JsonObject>();
  for (const [key, value] of Object.entries(custom)) {
    if (key.startsWith(prefix)) result.set(key.slice(prefix.length), readProps(asObject(value)));
  }
  return result;
}

export function nodeFlag(node: JsonObject, name: string, fallback = false): boolean {
  return asBoolean(node[name], fallback);
}
