// The matrix: a box for each item, in lines (pages 15.14).
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type HTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { useVirtual } from '@qodly/ui';
import { asBoolean, asNumber, asObject, asText, table } from '../base/json';
import type { Value } from '../data/value';
import { useTracked } from '../view/hooks';
import { isInteractive } from '../view/interactive';
import { isChosen, itemKeys, selectItem, useItems, type Items } from '../view/items';
import { Item, Node, type NodeProps } from '../view/node';
import { useSize, type Size } from '../view/size';
import { chainClick, useView, type View } from '../view/view';

/** Size of an item and how many stand side by side (project-format 15.6). */
export interface GridLayout {
  width: string;
  height: number;
  perLine: number;
}

export function gridLayout(source: unknown, available: { width: number; height: number }, horizontal: boolean): GridLayout {
  const grid = asObject(source);
  const flex = asObject(grid['flexProps']);
  if (asBoolean(grid['enableFlex'])) {
    const columns = Math.max(1, asNumber(flex['nbOfColumns'], 1));
    const rows = Math.max(1, asNumber(flex['nbOfRows'], 1));
    if (horizontal) {
      const width = available.width > 0 ? available.width / columns : Math.max(1, asNumber(grid['styleboxWidth'], 200));
      return { width: `${width}px`, height: asNumber(grid['styleboxHeight'], 100), perLine: 1 };
    }
    return {
      width: `${100 / columns}%`,
      height: available.height > 0 ? available.height / rows : asNumber(grid['styleboxHeight'], 100),
      perLine: columns,
    };
  }
  const height = Math.max(1, asNumber(grid['styleboxHeight'], 100));
  const fixed = asNumber(grid['styleboxWidth'], 0);
  const percent = /^([\d.]+)\s*%$/.exec(asText(grid['styleboxPercentWidth']));
  if (horizontal) return { width: `${fixed > 0 ? fixed : 200}px`, height, perLine: 1 };
  const share = percent ? Number(percent[1]) : 0;
  if (!asBoolean(grid['enableMosaic'])) return { width: share > 0 ? `${share}%` : '100%', height, perLine: 1 };
  if (share > 0) return { width: `${share}%`, height, perLine: Math.max(1, Math.floor(100.5 / share)) };
  return {
    width: fixed > 0 ? `${fixed}px` : '100%',
    height,
    perLine: fixed > 0 && available.width > 0 ? Math.max(1, Math.floor(available.width / fixed)) : 1,
  };
}

const unknown: Size = { width: 0, height: 0 };
const scrollBar = 20;

/**
 * What holds the grid open sideways. Style sheets may shrink the grid to its content (`fit-content`); a share of the
 * matrix is then one of the matrix's own width.
 */
function useContentWidth(scroller: RefObject<HTMLDivElement | null>, grid: Size, natural: number, shares: boolean): number {
  const matrix = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    matrix.current = scroller.current?.parentElement ?? null;
  }, [scroller]);
  const outer = useSize(matrix, unknown);
  const [shrunk, setShrunk] = useState(false);
  useEffect(() => {
    const width = scroller.current?.offsetWidth ?? 0;
    if (shares && outer.width > width + scrollBar && width <= natural + scrollBar) setShrunk(true);
  }, [scroller, shares, natural, outer.width, grid.width]);
  return shares && shrunk ? outer.width : natural;
}

/** When the item that has the focus goes, the list has it: whoever works with the keyboard stays where they were. */
function useKeptFocus(scroller: RefObject<HTMLElement | null>): Pick<HTMLAttributes<HTMLElement>, 'onFocus' | 'onBlur'> {
  const inside = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (!inside.current || inside.current.isConnected) return;
    inside.current = null;
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  });
  return {
    onFocus: (event) => {
      inside.current = event.target;
    },
    onBlur: () => {
      inside.current = null;
    },
  };
}

export function Matrix({ node }: NodeProps): ReactNode {
  const view = useView(node, 'matrix');
  const items = useItems(view);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller, unknown);
  const horizontal = view.text('orientation') === 'horizontal';
  const layout = gridLayout(view.props['gridProps'], size, horizontal);
  const content = useContentWidth(
    scroller,
    size,
    asNumber(asObject(view.props['gridProps'])['styleboxWidth'], 0),
    !horizontal && layout.width.endsWith('%'),
  );
  const lines = Math.ceil(items.length / layout.perLine);
  const step = horizontal ? parseFloat(layout.width) : layout.height;
  const window = useVirtual(scroller, lines, step, { horizontal });
  const first = window.first * layout.perLine;
  const end = Math.min(window.end * layout.perLine, items.length);
  const current = asText(node.props['currentElement']);
  const selected = useTracked(() => (current === '' ? null : view.read(current)));
  const [own, setOwn] = useState(-1);
  const index = isChosen(items.at(own), selected) ? own : items.indexOf(selected);
  useEffect(() => {
    if (end > first) items.want(first, end);
  });
  useBehaviour(
    view,
    items,
    index,
    selected,
    (line) => {
      window.reveal(line);
    },
    layout.perLine,
  );

  const focus = useKeptFocus(scroller);
  const template = node.linked['container'];
  const fills = sharesWidth(view, template);
  const selectable = current !== '' || view.has('onselect');
  /** Options hold nothing that can be operated: with buttons inside it is a list, whose chosen item is told as the current one. */
  const plain = useMemo(() => template === undefined || !isInteractive(view.page.def, template), [view.page.def, template]);
  const select = (place: number): Promise<void> => {
    const value = items.at(place);
    if (value === undefined || value === null || view.disabled) return Promise.resolve();
    setOwn(place);
    return selectItem(view, value);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current || !selectable) return;
    const one = layout.perLine;
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const target = {
      ArrowDown: index + one,
      ArrowUp: index - one,
      ArrowRight: index + rtl,
      ArrowLeft: index - rtl,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    const item = document.getElementById(`${id}-i${index}`);
    if (item && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      item.click();
    }
    if (target === undefined || target < 0 || target >= items.length) return;
    event.preventDefault();
    window.reveal(Math.floor(target / one));
    void select(target);
  };
  const drawn: ReactNode[] = [];
  const keys = itemKeys(items, first, end);
  for (let i = first; i < end && template !== undefined; i++) {
    const line = Math.floor(i / layout.perLine);
    const style: CSSProperties = horizontal
      ? { insetInlineStart: window.place(i), width: layout.width, height: '100%' }
      : {
          top: window.place(line),
          insetInlineStart: `calc(${layout.width} * ${i % layout.perLine})`,
          width: layout.width,
          height: layout.height,
        };
    drawn.push(
      <MatrixItem
        key={keys[i - first]}
        id={`${id}-i${i}`}
        index={i}
        items={items}
        style={style}
        template={template}
        fills={fills}
        role={selectable && plain ? 'option' : 'listitem'}
        selected={i === index && !view.disabled}
        select={select}
      />,
    );
  }
  const { onKeyDown: down, ...root } = view.root;
  const grow = !horizontal && size.height === 0;
  return (
    <div
      {...root}
      onKeyDown={(event) => {
        down?.(event);
        onKeyDown(event);
      }}
    >
      <div
        ref={scroller}
        className="FdVirtualGrid"
        {...focus}
        tabIndex={selectable || window.total > (horizontal ? size.width : size.height) ? 0 : undefined}
        role={selectable && plain ? 'listbox' : 'list'}
        aria-label={asText(view.props['label']) || 'List'}
        {...(selectable ? { 'data-selectable': true } : {})}
        {...(selectable && plain
          ? {
              'aria-orientation': horizontal ? ('horizontal' as const) : ('vertical' as const),
              ...(index >= first && index < end ? { 'aria-activedescendant': `${id}-i${index}` } : {}),
            }
          : {})}
        data-orientation={horizontal ? 'horizontal' : 'vertical'}
        style={grow ? { minHeight: Math.min(lines, 5) * step } : undefined}
      >
        <div
          className="innerScrollContainer"
          role="presentation"
          style={horizontal ? { width: window.total, height: '100%' } : { height: window.total }}
        >
          {horizontal ? null : <span className="q-matrix-width" style={{ width: content }} />}
          {drawn}
        </div>
      </div>
    </div>
  );
}

/** A width in percent is a share of the matrix: the item has it already, the box inside takes all of the item. */
function sharesWidth(view: View, template: string | undefined): boolean {
  const box = view.page.def.nodes.get(template ?? '');
  return asText(asObject(box?.props['style'])['width']).trim().endsWith('%');
}

function MatrixItem({
  id,
  index,
  items,
  style,
  template,
  fills,
  role,
  selected,
  select,
}: {
  id: string;
  index: number;
  items: Items;
  style: CSSProperties;
  template: string;
  fills: boolean;
  role: 'option' | 'listitem';
  selected: boolean;
  select: (index: number) => Promise<void>;
}): ReactNode {
  const value = items.at(index);
  return (
    <div
      id={id}
      className={selected ? 'selected' : undefined}
      style={{ position: 'absolute', ...style }}
      {...(fills ? { 'data-fills': '' } : {})}
      role={role}
      {...(role === 'option' ? { 'aria-selected': selected } : selected ? { 'aria-current': true } : {})}
      aria-setsize={items.length}
      aria-posinset={index + 1}
      onClickCapture={(event) => {
        chainClick(event, () => select(index));
      }}
    >
      {value === undefined ? (
        <div className="q-loading" />
      ) : value === null ? null : (
        <Item frame={items.frame(index, value)}>
          <Node id={template} />
        </Item>
      )}
    </div>
  );
}

const behaviours: Readonly<Record<string, 'select-first' | 'select-current' | 'no-select'>> = table({
  'select-first': 'select-first',
  selectFirst: 'select-first',
  'select-current': 'select-current',
  selectCurrent: 'select-current',
  'no-select': 'no-select',
  none: 'no-select',
});

/** What is selected after the data changed (pages 15.14). Items that come and go by themselves move nothing (5.6). */
function useBehaviour(
  view: View,
  items: Items,
  index: number,
  selected: Value | undefined,
  reveal: (line: number) => void,
  perLine: number,
): void {
  const written = view.text('selectionBehavior') || view.text('selectionChangeBehavior');
  const behaviour = behaviours[written] ?? 'select-current';
  const current = asText(view.node.props['currentElement']);
  const before = useRef<unknown>(undefined);
  const identity = items.selection ?? items.length;
  useEffect(() => {
    if (current === '' || behaviour === 'no-select') return;
    if (behaviour === 'select-current') {
      if (index >= 0) reveal(Math.floor(index / perLine));
      return;
    }
    if (before.current === identity) return;
    const first = items.at(0);
    if (first === undefined || first === null) return;
    const initial = before.current === undefined;
    before.current = identity;
    if (!initial) {
      reveal(0);
      void view.write(current, first);
    }
  }, [identity, selected, index >= 0, items.at(0) !== undefined]);
}
