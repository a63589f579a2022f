// The select box: a drop-down over a source, with search (pages 15.15).
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { useVirtual } from '@qodly/ui';
import { asArray, asBoolean, asNumber, asObject, asText, type Json } from '../base/json';
import { Entity } from '../data/entity';
import { Selection } from '../data/selection';
import { toBoolean, toDuration, type Value } from '../data/value';
import { useTracked } from '../view/hooks';
import { itemKeys, selectItem, sortableSource, useItems, type Items } from '../view/items';
import { Item, Node, type NodeProps } from '../view/node';
import { typeOfColumn } from '../view/shown';
import { useView, type View } from '../view/view';
import { readNumber } from '../format/number';
import { readDate } from '../format/date';

export function SelectBox({ node }: NodeProps): ReactNode {
  const view = useView(node, 'selectbox');
  const items = useItems(view);
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const current = asText(node.props['currentElement']);
  const [own, setOwn] = useState<Value | null>(null);
  const selected = useTracked(() => (current === '' ? own : view.read(current)));
  const template = node.linked['container'];
  useOutside(root, open, () => {
    setOpen(false);
  });
  const chosen = selected === null || selected === undefined ? null : selected;
  const choose = (value: Value): void => {
    setOpen(false);
    button.current?.focus();
    setOwn(value);
    void selectItem(view, value);
  };
  const clear = (): void => {
    setOwn(null);
    void (current === '' ? Promise.resolve(true) : view.write(current, null)).then(() => view.fire('onclear'));
  };
  const length = asBoolean(view.props['showLength'], asBoolean(view.props['total']))
    ? (view.text('template') || '{{ length }} items').replace(/\{\{\s*length\s*\}\}/g, String(items.length))
    : '';
  const { disabled } = view.root;
  return (
    <div {...view.root} ref={root}>
      <div className="fd-selectbox__header q-field">
        <button
          ref={button}
          type="button"
          className="fd-selectbox__toggle_button"
          aria-haspopup="listbox"
          aria-expanded={open}
          aria-controls={`${id}-menu`}
          {...(disabled ? { disabled: true } : {})}
          {...(chosen === null ? {} : { 'aria-label': undefined })}
          onClick={() => {
            setOpen(!open);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              setOpen(true);
            }
            if (event.key === 'Delete' && chosen !== null) clear();
          }}
        >
          {chosen !== null && template !== undefined ? (
            <span className="fd-selectbox__container">
              <Item frame={{ ...items.frame(-1, chosen) }}>
                <Node id={template} />
              </Item>
            </span>
          ) : (
            <span className="q-placeholder-value">{view.text('placeholder') || 'Select'}</span>
          )}
        </button>
        {length === '' ? null : <span className="q-hint">{length}</span>}
        {chosen !== null && !disabled ? (
          <button type="button" className="q-close fd-selectbox__clear" aria-label="Clear" onClick={clear}>
            ×
          </button>
        ) : null}
        <span className="q-chevron" aria-hidden="true" />
      </div>
      {open ? (
        <SelectMenu
          view={view}
          items={items}
          id={`${id}-menu`}
          selected={chosen}
          choose={choose}
          close={() => {
            setOpen(false);
            button.current?.focus();
          }}
        />
      ) : null}
    </div>
  );
}

function useOutside(root: RefObject<HTMLElement | null>, active: boolean, close: () => void): void {
  useEffect(() => {
    if (!active) return undefined;
    const listen = (event: Event): void => {
      if (!root.current?.contains(event.target as globalThis.Node)) close();
    };
    document.addEventListener('pointerdown', listen);
    document.addEventListener('focusin', listen);
    return () => {
      document.removeEventListener('pointerdown', listen);
      document.removeEventListener('focusin', listen);
    };
  }, [active]);
}

function SelectMenu({
  view,
  items,
  id,
  selected,
  choose,
  close,
}: {
  view: View;
  items: Items;
  id: string;
  selected: Value | null;
  choose: (value: Value) => void;
  close: () => void;
}): ReactNode {
  const [search, setSearch] = useState('');
  const found = useSearch(view, items, search);
  const start = Math.max(0, found.indexOf(selected));
  const [mark, setMark] = useState<{ index: number; value: Value | undefined }>({ index: start, value: found.at(start) });
  // The marked entry stays marked when others come and go before it.
  const marked = mark.value instanceof Entity ? found.indexOf(mark.value) : -1;
  const active = marked >= 0 ? marked : Math.min(mark.index, Math.max(found.length - 1, 0));
  const setActive = (index: number): void => {
    setMark({ index, value: found.at(index) });
  };
  const scroller = useRef<HTMLDivElement>(null);
  const rows = Math.min(Math.max(Math.trunc(asNumber(view.props['rowsNumber'], 5)), 1), 15);
  const [height, setHeight] = useState(36);
  const window = useVirtual(scroller, found.length, height);
  const template = view.node.linked['container'];
  const searching = asBoolean(view.props['enableSearch']);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    (searching ? input.current : scroller.current)?.focus();
  }, [searching]);
  useEffect(() => {
    if (window.end > window.first) found.want(window.first, window.end);
  });
  useEffect(() => {
    window.reveal(active);
  }, [mark, height]);
  useEffect(() => {
    const item = scroller.current?.querySelector<HTMLElement>('.q-select-item > *');
    const real = item ? Math.max(item.scrollHeight, item.offsetHeight) : 0;
    if (real > 8 && Math.abs(real - height) > 2) setHeight(real);
  }, [found.length, window.end]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + rows,
      PageUp: active - rows,
      ...(searching ? {} : { Home: 0, End: found.length - 1 }),
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      setActive(Math.min(Math.max(target, 0), Math.max(found.length - 1, 0)));
    }
    if (event.key === 'Enter' || (event.key === ' ' && !searching)) {
      event.preventDefault();
      const value = found.at(active);
      if (value !== undefined && value !== null) choose(value);
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  const drawn: ReactNode[] = [];
  const keys = itemKeys(found, window.first, window.end);
  for (let i = window.first; i < window.end && template !== undefined; i++) {
    const value = found.at(i);
    drawn.push(
      <div
        key={keys[i - window.first]}
        id={`${id}-o${i}`}
        role="option"
        aria-selected={i === found.indexOf(selected)}
        aria-setsize={found.length}
        aria-posinset={i + 1}
        className={`q-select-item${i === found.indexOf(selected) ? ' selected' : ''}${i === active ? ' active' : ''}`}
        style={{ transform: `translateY(${window.place(i)}px)`, minHeight: height }}
        onClick={() => {
          if (value !== undefined && value !== null) choose(value);
        }}
        onMouseMove={() => {
          if (i !== active) setActive(i);
        }}
      >
        {value === undefined || value === null ? (
          <div className="q-loading" />
        ) : (
          <Item frame={found.frame(i, value)}>
            <Node id={template} />
          </Item>
        )}
      </div>,
    );
  }
  return (
    <div className="fd-selectbox__menu q-menu" onKeyDown={onKeyDown}>
      {searching ? (
        <div className="fd-selectbox__search">
          <span className="fd-selectbox__search__icon" aria-hidden="true" />
          <input
            ref={input}
            className="fd-selectbox__search__input q-field"
            type="search"
            value={search}
            placeholder="Search"
            aria-label="Search"
            role="combobox"
            aria-expanded="true"
            aria-controls={id}
            aria-activedescendant={found.length > 0 ? `${id}-o${active}` : undefined}
            onChange={(event) => {
              setSearch(event.target.value);
              setMark({ index: 0, value: undefined });
            }}
          />
        </div>
      ) : null}
      <div
        ref={scroller}
        id={id}
        role="listbox"
        className="FdVirtualList"
        tabIndex={searching ? -1 : 0}
        aria-label={view.text('placeholder') || 'Choices'}
        aria-activedescendant={found.length > 0 ? `${id}-o${active}` : undefined}
        style={{ maxHeight: rows * height, height: Math.min(rows, Math.max(found.length, 1)) * height }}
      >
        <div role="presentation" style={{ height: window.total, position: 'relative' }}>
          {drawn}
        </div>
        {found.length === 0 ? (
          <div className="q-empty" role="presentation">
            No entries
          </div>
        ) : null}
      </div>
    </div>
  );
}

/** A condition per attribute: texts contain what is typed; numbers, dates and booleans are equal to it when it is one. */
export function searchFilter(
  selection: Selection,
  attributes: readonly string[],
  text: string,
  locale: string,
): { filter: string; params: Json[] } {
  const params: Json[] = [];
  const conditions: string[] = [];
  for (const name of attributes) {
    const value = searchValue(typeOfColumn(selection, name), text, locale);
    if (value === undefined) continue;
    params.push(value);
    conditions.push(`${name} = :${params.length}`);
  }
  return conditions.length > 0
    ? { filter: conditions.join(' or '), params }
    : { filter: `${selection.dataclass.key} == null`, params };
}

function searchValue(type: ReturnType<typeof typeOfColumn>, text: string, locale: string): Json | undefined {
  switch (type) {
    case 'number':
      return readNumber(text, locale) ?? undefined;
    case 'date':
      return readDate(text, locale) ?? undefined;
    case 'duration':
      return toDuration(text) ?? undefined;
    case 'bool':
      return toBoolean(text) ?? undefined;
    default:
      return `@${text}@`;
  }
}

/** Items whose listed attributes contain the typed text: on the server for selections. */
function useSearch(view: View, items: Items, text: string): Items {
  const attributes = asArray(view.props['searchAttributes'])
    .map((raw) => asText(asObject(raw)['attribute']))
    .filter((name) => name !== '');
  const [found, setFound] = useState<Selection | null>(null);
  const wanted = text.trim();
  useEffect(() => {
    const { selection } = items;
    if (!selection || wanted === '' || attributes.length === 0) {
      setFound(null);
      return undefined;
    }
    let dropped = false;
    const timer = setTimeout(() => {
      void (async () => {
        await selection.ensureSet();
        const { client } = view.page.app;
        const raw = await client.set(selection.dataclass.name, selection.set, {
          ...searchFilter(selection, attributes, wanted, view.page.app.locale.peek()),
          top: selection.pageSize,
          store: true,
        });
        const source = sortableSource(view);
        const next = source ? source.fromResult(raw) : view.page.app.manager.selectionOf(selection.dataclass, raw);
        for (const need of selection.needs.all()) next.needs.add(need);
        if (!dropped) setFound(next);
      })().catch((error: unknown) => {
        view.page.app.log.error(`search: ${String(error)}`);
      });
    }, 200);
    return () => {
      dropped = true;
      clearTimeout(timer);
    };
  }, [items.selection, wanted]);

  return useTracked(() => {
    if (wanted === '') return items;
    if (items.kind === 'selection') {
      if (!found) return items;
      found.topic.read();
      return {
        ...items,
        selection: found,
        length: found.length,
        at: (i) => found.at(i),
        want: (first, end) => {
          found.want(first, end - first);
        },
        indexOf: (value) => (value instanceof Entity ? found.indexOf(value) : -1),
      };
    }
    const places = Array.from({ length: items.length }, (_, i) => i).filter((i) => {
      const value = items.at(i);
      const texts = typeof value === 'object' ? attributes.map((name) => asObject(value)[name]) : [value];
      return texts.some((item) =>
        String(item ?? '')
          .toLowerCase()
          .includes(wanted.toLowerCase()),
      );
    });
    return {
      ...items,
      length: places.length,
      at: (i) => items.at(places[i] ?? -1),
      indexOf: (value) => places.indexOf(items.indexOf(value)),
      frame: (i, value) => items.frame(places[i] ?? -1, value),
    };
  });
}
