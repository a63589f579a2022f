// A tree of labelled nodes out of an array (pages 20.2), operated as the WAI-ARIA tree view.
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { asArray, asBoolean, asObject, asText, type Json, type JsonObject } from '../base/json';
import { safeAddress } from '../app/browser';
import { needIcons } from '../css/icons';
import { parsePath } from '../model/path';
import type { NodeProps } from '../view/node';
import { useValue } from '../view/shown';
import { chainClick, useView, type View } from '../view/view';
import '../styles/replacements.css';
import { iconClasses } from './icon';

export interface TreeItem {
  /** Unique in the tree, and the same when nodes come and go beside it: open nodes stay open. */
  id: string;
  label: string;
  icon: string;
  url: string;
  loader: string;
  target: string;
  /** Sources that a click writes. */
  variables: { target: string; value: Json }[];
  children: TreeItem[];
  source: JsonObject;
}

const deepest = 30;
const most = 5000;

/** A node among its siblings: by its key, else by its label; those of one name are counted. */
function nameOf(item: JsonObject, label: string, used: Map<string, number>): string {
  const key = item['key'] ?? item['id'];
  const text = typeof key === 'string' || typeof key === 'number' ? String(key) : label;
  const name = `n${text.replaceAll('%', '%25').replaceAll('.', '%2E')}`;
  const before = used.get(name) ?? 0;
  used.set(name, before + 1);
  return before === 0 ? name : `${name}:${before}`;
}

export function readTree(source: unknown): TreeItem[] {
  const left = { count: most };
  const read = (list: unknown, prefix: string, depth: number): TreeItem[] => {
    const used = new Map<string, number>();
    return depth === 0
      ? []
      : asArray(list).flatMap((raw) => {
          if (--left.count < 0) return [];
          const item = asObject(raw);
          const written = item['label'] ?? item['title'] ?? item['name'];
          const label = typeof raw === 'string' ? raw : typeof written === 'number' ? String(written) : asText(written);
          const id = `${prefix}${nameOf(item, label, used)}`;
          return [
            {
              id,
              source: item,
              label,
              icon: asText(item['icon']),
              url: asText(item['url']),
              loader: asText(item['webform']),
              target: asText(item['target']),
              variables: asArray(item['variables'])
                .map(asObject)
                .map((variable) => ({ target: asText(variable['target']), value: variable['value'] ?? null })),
              children: read(item['children'], `${id}.`, depth - 1),
            },
          ];
        });
  };
  return read(source, '', deepest);
}

/** What is on the screen, in order. */
function visible(items: readonly TreeItem[], open: (item: TreeItem) => boolean): TreeItem[] {
  return items.flatMap((item) => [item, ...(open(item) ? visible(item.children, open) : [])]);
}

export function Tree({ node }: NodeProps): ReactNode {
  const view = useView(node, 'tree');
  const value = useValue(asText(node.props['datasource']));
  const items = readTree(value);
  const expand = asBoolean(view.props['expand']);
  /** Nodes that are not as `expand` says. */
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState('');
  const [focused, setFocused] = useState('');
  const root = useRef<HTMLUListElement>(null);
  useEffect(needIcons, []);
  const isOpen = (item: TreeItem): boolean => item.children.length > 0 && expand !== turned.has(item.id);
  const turn = (item: TreeItem): void => {
    const next = new Set(turned);
    if (!next.delete(item.id)) next.add(item.id);
    setTurned(next);
  };
  const shown = visible(items, isOpen);
  const stop = shown.some((item) => item.id === focused) ? focused : (shown[0]?.id ?? '');
  const elementOf = (item: TreeItem): HTMLElement | undefined =>
    [...(root.current?.querySelectorAll<HTMLElement>('[data-id]') ?? [])].find((node) => node.dataset['id'] === item.id);
  const focus = (item: TreeItem | undefined): void => {
    if (!item) return;
    setFocused(item.id);
    elementOf(item)?.focus();
  };
  const choose = (event: MouseEvent, item: TreeItem): void => {
    if (view.disabled) return;
    setActive(item.id);
    setFocused(item.id);
    if (item.children.length > 0) turn(item);
    chainClick(event, () => follow(view, item));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = shown.findIndex((item) => item.id === stop);
    const item = shown[at];
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const rtl = document.documentElement.dir === 'rtl';
    const [into, out] = rtl ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const parent = shown.find((other) => other.id === item.id.split('.').slice(0, -1).join('.'));
    if (event.key === into && item.children.length > 0) {
      if (isOpen(item)) focus(item.children[0]);
      else turn(item);
    } else if (event.key === out) {
      if (isOpen(item)) turn(item);
      else focus(parent);
    } else if (event.key === 'ArrowDown') focus(shown[at + 1]);
    else if (event.key === 'ArrowUp') focus(shown[at - 1]);
    else if (event.key === 'Home') focus(shown[0]);
    else if (event.key === 'End') focus(shown[shown.length - 1]);
    else if (event.key === 'Enter' || event.key === ' ')
      elementOf(item)?.querySelector<HTMLElement>(':scope > .q-tree-row')?.click();
    else if (event.key.length === 1 && event.key.trim() !== '') {
      const letter = event.key.toLowerCase();
      focus([...shown.slice(at + 1), ...shown.slice(0, at)].find((other) => other.label.toLowerCase().startsWith(letter)));
    } else return;
    event.preventDefault();
  };
  const row = view.page.app.styles.classes(view.page.def.name, ['q-tree-row', 'flex', 'items-center', 'gap-1']);
  const space = view.page.app.styles.classes(view.page.def.name, ['mr-1']);
  const draw = (list: readonly TreeItem[], level: number): ReactNode =>
    list.map((item, i) => (
      <li
        key={item.id}
        role="treeitem"
        data-id={item.id}
        aria-level={level}
        aria-posinset={i + 1}
        aria-setsize={list.length}
        aria-selected={item.id === active}
        {...(item.children.length > 0 ? { 'aria-expanded': isOpen(item) } : {})}
        aria-label={item.label}
        tabIndex={item.id === stop && !view.disabled ? 0 : -1}
      >
        <div
          className={`${row}${item.id === active ? ' selected active-node' : ''}`}
          onClick={(event) => {
            choose(event, item);
          }}
        >
          <span className="q-tree-mark" data-open={item.children.length > 0 ? isOpen(item) : undefined} aria-hidden="true" />
          {item.icon === '' ? null : <i className={`${iconClasses(item.icon)} ${space}`} aria-hidden="true" />}
          <span className={item.children.length > 0 ? 'parent-content' : item.target === '' ? undefined : 'cursor-pointer'}>
            {item.label}
          </span>
        </div>
        {isOpen(item) ? <ul role="group">{draw(item.children, level + 1)}</ul> : null}
      </li>
    ));
  const { onKeyDown: down, ...rest } = view.root;
  return (
    <div {...rest}>
      <ul
        ref={root}
        role="tree"
        aria-label={asText(view.props['label']) || 'Tree'}
        onKeyDown={(event) => {
          down?.(event);
          onKeyDown(event);
        }}
      >
        {draw(items, 1)}
      </ul>
    </div>
  );
}

/** What a node asks for: its sources are written, it becomes the current element, its address or page opens. */
async function follow(view: View, item: TreeItem): Promise<void> {
  const { page } = view;
  for (const { target, value } of item.variables) {
    const path = parsePath(target);
    if (path && page.scope.find(path.namespace, path.root)) await view.write(target, value);
  }
  const current = asText(view.node.props['currentElement']);
  if (current !== '') await view.write(current, item.source);
  if (item.url !== '')
    page.app.browser.open(safeAddress(/^[a-z][a-z0-9+.-]*:|^\//i.test(item.url) ? item.url : `https://${item.url}`), true);
  else if (item.loader !== '' && item.target !== '')
    await page.navigate(item.target, { external: false, place: 'webform-loader', loader: item.loader });
  await view.fire('onselect');
}
