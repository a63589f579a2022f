// Data table: virtual rows, server or browser order, columns that move and grow (pages 15.13).
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type HTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useVirtual } from '@qodly/ui';
import { asArray, asBoolean, asNumber, asObject, asText, type Json, type JsonObject } from '../base/json';
import { Entity } from '../data/entity';
import type { Selection } from '../data/selection';
import { Media, type Value } from '../data/value';
import { colourOf, formatValue } from '../format/format';
import { RestError } from '../rest/errors';
import { isChosen, selectItem, sortableSource, useItems, type Items } from '../view/items';
import type { NodeProps } from '../view/node';
import { richText } from '../view/rich';
import { typeOfColumn, valueType } from '../view/shown';
import { Tracked } from '../view/tracked';
import { chainClick, useView, type View } from '../view/view';

export interface Column {
  id: string;
  title: string;
  source: string;
  format: string;
  width: string;
  sorting: boolean;
  type: string;
}

export function readColumns(source: Json | undefined): Column[] {
  return asArray(source).map((raw, i) => {
    const item = asObject(raw);
    return {
      id: asText(item['id'], String(i)),
      title: asText(item['title']),
      source: asText(item['source']),
      format: asText(item['format']),
      width: readWidth(item['width']),
      sorting: asBoolean(item['sorting']) && !asBoolean(item['disabled']),
      type: asText(item['dataType']),
    };
  });
}

/** Pixels as number or text, or a share of the table; anything else is the usual width. */
function readWidth(source: Json | undefined): string {
  const match = /^(\d+(?:\.\d+)?)(px|%)?$/.exec(typeof source === 'number' ? String(source) : asText(source).trim());
  return match ? `${match[1]}${match[2] ?? 'px'}` : '150px';
}

interface Sort {
  column: string;
  descending: boolean;
}

export function DataTable({ node }: NodeProps): ReactNode {
  const view = useView(node, 'datatable');
  const items = useItems(view);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = asNumber(view.props['rowHeight'], 40) || 40;
  const headerHeight = asNumber(view.props['headerHeight'], 36);
  const [sort, setSort] = useState<Sort | null>(null);
  const columns = useColumns(view);
  const rows = useSorted(items, sort, columns.shown);
  const window = useVirtual(scroller, items.length, rowHeight, { inset: headerHeight, expected: pixelsOf(view.style.height) });
  const current = asText(node.props['currentElement']);
  const selected = view.bound(current);
  const [own, setOwn] = useState<{ index: number; value: Value }>({ index: -1, value: null });
  const chosen = current === '' ? own.value : selected;
  const placed = isChosen(rows.at(own.index), chosen) ? own.index : rows.place(items.indexOf(chosen));
  const selectedIndex = chosen === null ? -1 : placed;

  useEffect(() => {
    if (window.end > window.first) items.want(window.first, window.end);
  });
  // Another element or another order shows the selected row; rows that come and go above it move nothing (pages 5.6).
  const applied = useAppliedOrder(items, sort);
  const byHand = useRef<Value | undefined>(undefined);
  useEffect(() => {
    if (selectedIndex < 0) return;
    if (byHand.current !== chosen && view.text('sortingBehavior') !== 'scroll-to-top') window.reveal(selectedIndex);
    byHand.current = undefined;
  }, [selectedIndex >= 0, chosen, applied]);

  const select = (index: number): Promise<void> => {
    const value = rows.at(index);
    if (value === undefined || value === null || view.disabled) return Promise.resolve();
    setOwn({ index, value });
    if (value !== chosen) byHand.current = value;
    return selectItem(view, value);
  };
  /** Arrows choose a row; on the chosen one Space is a click, Enter a double click. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as HTMLElement).closest('.header')) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    const target = {
      ArrowDown: selectedIndex + 1,
      ArrowUp: selectedIndex < 0 ? 0 : selectedIndex - 1,
      PageDown: selectedIndex + page,
      PageUp: selectedIndex - page,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    const cell = document.getElementById(`${id}-r${selectedIndex}`)?.querySelector<HTMLElement>('.cell');
    if (cell && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      if (event.key === ' ') cell.click();
      else cell.dispatchEvent(new MouseEvent('dblclick', { bubbles: true, cancelable: true }));
    }
    if (target === undefined || items.length === 0) return;
    event.preventDefault();
    const index = Math.min(Math.max(target, 0), items.length - 1);
    window.reveal(index);
    if (rows.at(index) === undefined)
      items.selection?.load(index, 1).then(
        () => {
          void select(index);
        },
        () => {},
      );
    else void select(index);
  };
  const order = (column: Column): void => {
    if (!column.sorting || view.disabled) return;
    const next = { column: column.source, descending: sort?.column === column.source ? !sort.descending : false };
    setSort(next);
    const source = sortableSource(view);
    const work = source
      ? source.orderBy(`${column.source} ${next.descending ? 'desc' : 'asc'}`)
      : (items.selection?.orderBy(`${column.source} ${next.descending ? 'desc' : 'asc'}`) ?? Promise.resolve());
    work.then(
      () => {
        if (view.text('sortingBehavior') === 'scroll-to-top') window.reveal(0, true);
      },
      (error: unknown) => {
        setSort(sort);
        if (error instanceof RestError) view.page.app.log.error(`order by ${column.source}: ${error.message}`);
        else throw error;
      },
    );
  };

  const widths = columns.shown.map((column) => columns.widths[column.id] ?? column.width);
  const template = `${widths.map((width) => (width.endsWith('%') ? width : `minmax(40px, ${width})`)).join(' ')} minmax(0, 1fr)`;
  // Header and rows are exactly as wide as the columns ask for: what a cell holds never moves the cells beside it.
  const pixels = widths.reduce((sum, width) => sum + (width.endsWith('%') ? 40 : parseFloat(width) || 0), 0);
  const visible: ReactNode[] = [];
  for (let i = window.first; i < window.end; i++) {
    visible.push(
      <Row
        key={i}
        id={`${id}-r${i}`}
        index={i}
        top={window.place(i)}
        height={rowHeight}
        columns={columns.shown}
        value={rows.at(i)}
        selected={i === selectedIndex && !view.disabled}
        view={view}
        template={template}
        select={select}
      />,
    );
  }
  const { style, onKeyDown: down, ...root } = view.root;
  const borders = asBoolean(view.props['showBorders'], true);
  return (
    <div
      {...root}
      style={style}
      role="grid"
      aria-rowcount={items.length + 1}
      aria-colcount={columns.shown.length}
      tabIndex={0}
      aria-label={asText(view.props['label']) || 'Table'}
      {...(selectedIndex >= window.first && selectedIndex < window.end
        ? { 'aria-activedescendant': `${id}-r${selectedIndex}` }
        : {})}
      data-borders={borders}
      onKeyDown={(event) => {
        down?.(event);
        onKeyDown(event);
      }}
    >
      <div ref={scroller} className="Grid" style={{ '--q-columns': `${pixels}px` } as CSSProperties}>
        <div className="header" role="row" aria-rowindex={1} style={{ height: headerHeight, gridTemplateColumns: template }}>
          {columns.shown.map((column, i) => (
            <HeaderCell
              key={column.id}
              numeric={isNumeric(column, items.selection)}
              column={column}
              index={i}
              sort={sort}
              view={view}
              columns={columns}
              order={order}
            />
          ))}
        </div>
        <div className="innerScrollContainer" role="rowgroup" style={{ height: window.total }}>
          {visible}
        </div>
        {items.length === 0 && items.kind !== 'none' && (items.kind === 'array' || items.selection?.status === 'ready') ? (
          <div className="q-empty">No entries</div>
        ) : null}
      </div>
    </div>
  );
}

/** Pixels of a height in pixels; 0 when they are not known before layout. */
function pixelsOf(height: CSSProperties['height']): number {
  if (typeof height === 'number') return height;
  return /^\d+(\.\d+)?px$/.test(height ?? '') ? parseFloat(height ?? '') : 0;
}

interface Columns {
  shown: Column[];
  widths: Record<string, string>;
  resize(id: string, width: number): void;
  move(from: string, to: string): void;
}

function useColumns(view: View): Columns {
  const columns = useMemo(() => readColumns(view.props['columns']), [view.props['columns']]);
  const [widths, setWidths] = useState<Record<string, string>>({});
  const [order, setOrder] = useState<string[]>([]);
  const shown = useMemo(() => {
    const place = (column: Column): number => {
      const at = order.indexOf(column.id);
      return at < 0 ? columns.indexOf(column) : at;
    };
    return [...columns].sort((a, b) => place(a) - place(b));
  }, [columns, order]);
  return {
    shown,
    widths,
    resize: (id, width) => {
      setWidths((before) => ({ ...before, [id]: `${Math.max(40, Math.round(width))}px` }));
    },
    move: (from, to) => {
      const ids = shown.map((column) => column.id).filter((item) => item !== from);
      ids.splice(
        shown.findIndex((column) => column.id === to),
        0,
        from,
      );
      setOrder(ids);
    },
  };
}

interface Rows {
  at(index: number): Value | undefined;
  place(index: number): number;
}

/** The order in which the rows stand: that of a selection is another one when the ordered set has come. */
function useAppliedOrder({ selection }: Items, sort: Sort | null): unknown {
  const applied = useRef({ set: '', order: '' });
  if (!selection) return sort;
  if (applied.current.set !== selection.set) applied.current = { set: selection.set, order: selection.order };
  return applied.current.order;
}

/** Arrays are sorted here, selections by the server. */
function useSorted(items: Items, sort: Sort | null, columns: readonly Column[]): Rows {
  return useMemo(() => {
    if (items.kind !== 'array' || !sort) return { at: items.at, place: (index) => index };
    const column = columns.find((item) => item.source === sort.column);
    const keys = Array.from({ length: items.length }, (_, i) => (column ? cellValue(items.at(i), column.source) : null));
    const order = keys.map((_, i) => i).sort((a, b) => compareCells(keys[a], keys[b]) * (sort.descending ? -1 : 1) || a - b);
    return { at: (index) => items.at(order[index] ?? -1), place: (index) => order.indexOf(index) };
  }, [items, sort, columns]);
}

function compareCells(a: Value | undefined, b: Value | undefined): number {
  if (a === null || a === undefined || b === null || b === undefined) return a === b ? 0 : a === null || a === undefined ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { sensitivity: 'base' });
}

function cellValue(item: Value | undefined, source: string): Value | undefined {
  let at: Value | undefined = item;
  for (const step of source === '' ? [] : source.split('.')) {
    if (at === undefined || at === null) return at;
    if (at instanceof Entity) at = at.get(step);
    else if (typeof at === 'object' && 'length' in at && step === 'length') at = at.length as number;
    else at = (asObject(at)[step] ?? null) as Value;
  }
  return at;
}

function HeaderCell({
  column,
  numeric,
  index,
  sort,
  view,
  columns,
  order,
}: {
  column: Column;
  numeric: boolean;
  index: number;
  sort: Sort | null;
  view: View;
  columns: Columns;
  order: (column: Column) => void;
}): ReactNode {
  const direction = sort?.column === column.source ? (sort.descending ? 'descending' : 'ascending') : undefined;
  const data = { index, name: column.source };
  const names = [
    'header-cell',
    index % 2 === 1 ? 'header-even' : '',
    `header-${dashed(column.source)}`,
    direction ? `sorted sorted-${direction === 'ascending' ? 'asc' : 'desc'}` : '',
    'resizable',
  ];
  const startResize = (event: React.PointerEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const cell = (event.target as HTMLElement).parentElement;
    const start = { x: event.clientX, width: cell?.getBoundingClientRect().width ?? 150 };
    const sign = document.documentElement.dir === 'rtl' ? -1 : 1;
    const move = (next: PointerEvent): void => {
      columns.resize(column.id, start.width + (next.clientX - start.x) * sign);
    };
    const end = (): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
  };
  return (
    <div
      role="columnheader"
      {...(numeric ? { 'data-numeric': '' } : {})}
      className={names.filter(Boolean).join(' ')}
      aria-colindex={index + 1}
      {...(column.sorting ? { 'aria-sort': direction ?? ('none' as const), tabIndex: 0 } : {})}
      draggable
      onClick={() => {
        order(column);
        void view.fire('onheaderclick', data);
      }}
      onDoubleClick={() => {
        void view.fire('onheaderdblclick', data);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          order(column);
          void view.fire('onheaderclick', data);
        }
      }}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/q-column', column.id);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('text/q-column')) event.preventDefault();
      }}
      onDrop={(event) => {
        event.preventDefault();
        const from = event.dataTransfer.getData('text/q-column');
        if (from !== column.id) columns.move(from, column.id);
      }}
    >
      <span className="q-header-text">{richText(column.title)}</span>
      {direction ? (
        <span className="q-sort" aria-hidden="true">
          {direction === 'ascending' ? '▲' : '▼'}
        </span>
      ) : null}
      <span
        className="q-resize"
        aria-hidden="true"
        onPointerDown={startResize}
        onClick={(event) => {
          event.stopPropagation();
        }}
      />
    </div>
  );
}

function dashed(path: string): string {
  return path.replace(/\./g, '-');
}

interface RowProps {
  id: string;
  index: number;
  top: number;
  height: number;
  columns: readonly Column[];
  value: Value | undefined;
  selected: boolean;
  view: View;
  template: string;
  select: (index: number) => Promise<void>;
}

/** A row draws its cells itself: each of them would be one more thing to draw and to follow. */
class Row extends Tracked<RowProps, { hover: boolean }> {
  override state = { hover: false };

  override shouldComponentUpdate(next: RowProps, state: { hover: boolean }): boolean {
    const { props } = this;
    return (
      state.hover !== this.state.hover ||
      next.index !== props.index ||
      next.top !== props.top ||
      next.value !== props.value ||
      next.selected !== props.selected ||
      next.columns !== props.columns ||
      next.template !== props.template ||
      next.view.disabled !== props.view.disabled ||
      next.height !== props.height
    );
  }

  override render(): ReactNode {
    const { id, index, top, height, columns, selected, view, template } = this.props;
    const names = ['row', index % 2 === 1 ? 'row-even' : '', selected ? 'selected' : ''];
    if (this.state.hover && !view.disabled) names.push('hover');
    const style: CSSProperties = { transform: `translateY(${top}px)`, height, gridTemplateColumns: template };
    return (
      <div
        id={id}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={selected}
        className={names.filter(Boolean).join(' ')}
        style={style}
        onClickCapture={(event) => {
          chainClick(event, () => this.props.select(index));
        }}
        onMouseEnter={() => {
          this.setState({ hover: true });
        }}
        onMouseLeave={() => {
          this.setState({ hover: false });
        }}
      >
        {this.followed(() => columns.map((column, i) => this.cell(column, i)))}
      </div>
    );
  }

  private cell(column: Column, index: number): ReactNode {
    const { value, index: row, view } = this.props;
    const numeric = isNumeric(column, value instanceof Entity ? value : null);
    return (
      <div
        key={column.id}
        role="gridcell"
        aria-colindex={index + 1}
        className={`cell col${index % 2 === 1 ? ' col-even' : ''} col-${dashed(column.source)}`}
        {...(numeric ? { 'data-numeric': '' } : {})}
        {...this.cellEvents({ index, name: column.source, row })}
      >
        {cellContent(column, value, view.page.app.locale.value)}
      </div>
    );
  }

  private cellEvents(data: JsonObject): HTMLAttributes<HTMLElement> {
    const { view } = this.props;
    const fire = (event: string): Promise<void> => this.props.view.fire(event, data);
    return {
      ...(view.has('oncellclick')
        ? {
            onClick: (event) => {
              chainClick(event, () => fire('oncellclick'));
            },
          }
        : {}),
      ...(view.has('oncelldblclick')
        ? {
            onDoubleClick: () => {
              void fire('oncelldblclick');
            },
          }
        : {}),
      ...(view.has('oncellmouseenter')
        ? {
            onMouseEnter: () => {
              void fire('oncellmouseenter');
            },
          }
        : {}),
    };
  }
}

function cellContent(column: Column, value: Value | undefined, locale: string): ReactNode {
  const held = value === undefined ? undefined : cellValue(value, column.source);
  if (held instanceof Media) return <img src={held.uri} alt="" loading="lazy" />;
  if (held === undefined) return <span className="q-loading" aria-hidden="true" />;
  const type = valueType(column.type) || typeOfCell(value, column.source);
  const shown = formatValue(held, column.format, type, locale);
  const colour = colourOf(held, column.format);
  return (
    <span className="q-cell-text" title={shown} style={colour === '' ? undefined : { color: colour }}>
      {shown}
    </span>
  );
}

/** Numbers stand at the end of their cells. */
function isNumeric(column: Column, of: Entity | Selection | null): boolean {
  return (valueType(column.type) || (of ? typeOfColumn(of, column.source) : '')) === 'number';
}

function typeOfCell(value: Value | undefined, source: string): ReturnType<typeof valueType> {
  return value instanceof Entity ? typeOfColumn(value, source) : '';
}
