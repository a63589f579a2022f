// Pages for tests, written shortly.
import type { Json, JsonObject } from '../../src/base/json';

export interface Built {
  id: string;
  nodes: Record<string, JsonObject>;
}
type Child = Built | null;

let counter = 0;
export function resetIds(): void {
  counter = 0;
}

/** One component with its properties, children and linked parts. */
export function make(
  type: string,
  props: JsonObject = {},
  children: Child[] = [],
  linked: Record<string, Built> = {},
  custom: JsonObject = {},
): Built {
  const id = (props['nodeId'] as string | undefined) ?? `${type}-${++counter}`;
  const nodes: Record<string, JsonObject> = {};
  const used = children.filter((child): child is Built => child !== null);
  for (const child of [...used, ...Object.values(linked)]) Object.assign(nodes, child.nodes);
  nodes[id] = {
    type: { resolvedName: type },
    isCanvas: true,
    props: { classNames: [], events: [], ...props },
    displayName: type,
    custom,
    hidden: false,
    parent: '',
    nodes: used.map((child) => child.id),
    linkedNodes: Object.fromEntries(Object.entries(linked).map(([slot, child]) => [slot, child.id])),
  };
  return { id, nodes };
}

export const box = (style: JsonObject, ...children: Child[]): Built => make('StyleBox', { style }, children);
export const text = (content: string, style: JsonObject = {}, props: JsonObject = {}): Built =>
  make('Text', {
    style,
    doc: [
      {
        type: 'paragraph',
        children: content
          .split(/(\{[^}]+\})/)
          .filter((part) => part !== '')
          .map((part) => (part.startsWith('{') ? bound(part.slice(1, -1)) : { text: part })),
      },
    ],
    ...props,
  });
function bound(source: string): JsonObject {
  const [path = '', format = ''] = source.split('|');
  return { type: 'datasource', datasource: path, format, children: [{ text: '' }] };
}
export const button = (label: string, events: Json[] = [], props: JsonObject = {}): Built =>
  make(
    'Button',
    { text: label, iconPosition: 'hidden', events, ...props },
    [],
    props['icon'] ? { icon: make('Icon', { icon: props['icon'] }) } : {},
  );
export const icon = (name: string, props: JsonObject = {}): Built => make('Icon', { icon: name, ...props });
export const input = (label: string, datasource: string, props: JsonObject = {}, events: Json[] = []): Built =>
  make('TextInput', { labelPosition: 'top' }, [], {
    label: make('Label', { text: label }),
    input: make('Input', { type: 'text', datasource, placeholder: '', events, ...props }),
  });
export const check = (label: string, datasource: string, props: JsonObject = {}): Built =>
  make('Checkbox', { variant: 'checkbox', type: 'two-state', labelPosition: 'right', size: 'md', ...props }, [], {
    label: make('Label', { text: label }),
    CheckboxInput: make('CheckboxInput', { datasource }),
  });

export function action(type: string, more: JsonObject = {}, events: string[] = ['onclick']): JsonObject {
  return { type, events, id: `a${++counter}`, ...more };
}
export const standard = (name: string, source: string, more: JsonObject = {}, events: string[] = ['onclick']): JsonObject => {
  const [namespace, id] = source.includes(':') ? source.split(':') : ['', source];
  const { target, set, ...rest } = more;
  return action(
    'simple-action',
    {
      action: name,
      actionType: 'datasource',
      datasource: { name: id, namespace, ...(target === undefined ? {} : { target }), ...(set === undefined ? {} : { set }) },
      ...rest,
    },
    events,
  );
};

export function page(
  sources: Json[],
  children: Child[],
  more: {
    styles?: Json[];
    states?: Json[];
    defaultStates?: Json[];
    events?: Json[];
    style?: JsonObject;
    airyMode?: boolean;
  } = {},
): Json {
  const root = make(
    'Container',
    {
      nodeId: 'ROOT',
      className: 'bg-white h-full w-full px-6',
      events: more.events ?? [],
      style: more.style ?? {},
      ...(more.airyMode === undefined ? {} : { airyMode: more.airyMode }),
    },
    children,
  );
  return {
    metadata: {
      v: '1.0',
      datasources: sources,
      styles: more.styles ?? [],
      states: [{ label: 'Base', id: 'root' }, ...(more.states ?? [])],
      defaultStates: more.defaultStates ?? [],
    },
    components: root.nodes,
  };
}
