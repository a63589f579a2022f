// Draws a component of an SDK package: what it sees of sources, slots and events (pages 20.1).
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import type { DataSource, Json, SdkComponent } from '@qodly/sdk';
import { asText } from '../base/json';
import { effect, untracked } from '../base/reactive';
import { Entity } from '../data/entity';
import { Selection } from '../data/selection';
import { Media, type Value } from '../data/value';
import { useItems } from '../view/items';
import { Item, Node, type NodeProps } from '../view/node';
import { useView, type View } from '../view/view';
import { Placeholder } from './fallback';

const found = new Map<string, React.LazyExoticComponent<SdkComponent & React.ComponentType<Parameters<SdkComponent>[0]>>>();

export function Custom({ node }: NodeProps): ReactNode {
  const view = useView(node, node.type.toLowerCase().replace(/\W+/g, '-'));
  const items = useItems(view);
  const { custom } = view.page.app;
  let Found = found.get(node.type);
  if (!Found) {
    Found = lazy(async () => {
      try {
        return { default: await custom.load(node.type) };
      } catch {
        return { default: () => <Placeholder node={node} /> };
      }
    });
    found.set(node.type, Found);
  }
  const datasource = useMemo(() => sourceOf(view, asText(node.props['datasource'])), [node, view.page]);
  const currentElement = useMemo(() => sourceOf(view, asText(node.props['currentElement'])), [node, view.page]);
  const bound = useMemo(() => {
    const made = new Map<string, DataSource | null>();
    return (name: string): DataSource | null => {
      if (!made.has(name)) made.set(name, sourceOf(view, asText(node.props[name])));
      return made.get(name) ?? null;
    };
  }, [node, view.page]);
  const slots = Object.fromEntries(
    Object.entries(node.linked).map(([slot, id]) => [
      slot,
      (index?: number): ReactNode => {
        const value = index === undefined ? undefined : items.at(index);
        return index === undefined || value === undefined || value === null ? (
          <Node key={id} id={id} />
        ) : (
          <Item key={`${id}-${index}`} frame={items.frame(index, value)}>
            <Node id={id} />
          </Item>
        );
      },
    ]),
  );
  return (
    <Suspense fallback={<div className={view.root.className} style={view.style} />}>
      <Found
        props={view.props as Record<string, Json | undefined>}
        style={view.style}
        className={view.root.className ?? ''}
        ref={null}
        disabled={view.disabled}
        datasource={datasource}
        currentElement={currentElement}
        source={bound}
        slots={slots}
        emit={(event, data) => {
          void view.fire(event, data ?? {});
        }}
      />
    </Suspense>
  );
}

/** Path that a source was made for. */
const paths = new WeakMap<DataSource, string>();

function plain(value: Value | undefined): Json {
  if (value === undefined || value === null) return null;
  if (value instanceof Media) return value.uri;
  if (value instanceof Entity)
    return Object.fromEntries([
      ['__KEY', value.key],
      ...[...value.dataclass.attributes.values()]
        .filter((attribute) => !attribute.many)
        .map((attribute) => [attribute.name, attribute.related === '' ? plain(value.peek(attribute.name)) : null] as const),
    ]);
  if (value instanceof Selection) return value.loaded().map(plain);
  return value;
}

function sourceOf(view: View, path: string): DataSource | null {
  if (path === '') return null;
  const { page, frames } = view;
  const read = (): Value | undefined => untracked(() => page.scope.read(path, frames));
  const source: DataSource = {
    get: () => plain(read()),
    set: (value) => {
      void page.scope.write(path, value, frames);
    },
    subscribe: (listener) => {
      let first = true;
      return effect(() => {
        const value = page.scope.read(path, frames);
        if (value instanceof Entity || value instanceof Selection) value.topic.read();
        if (value instanceof Selection) for (const entity of value.loaded()) entity.topic.read();
        if (first) first = false;
        else untracked(listener);
      });
    },
    get length() {
      const value = read();
      return value instanceof Selection ? value.length : Array.isArray(value) ? value.length : 0;
    },
    item: (index) => {
      const value = read();
      const item =
        value instanceof Selection ? value.at(index) : Array.isArray(value) ? (value[index] as Value | undefined) : undefined;
      return item === undefined ? undefined : plain(item);
    },
    select: (list, index) => {
      const items = list ? paths.get(list) : undefined;
      const value = items === undefined ? undefined : untracked(() => page.scope.read(`${items}.${index}`, frames));
      if (value !== undefined) void page.scope.write(path, value, frames);
    },
    load: async (first, count) => {
      const value = read();
      if (value instanceof Selection) await value.load(first, count);
    },
  };
  paths.set(source, path);
  return source;
}
