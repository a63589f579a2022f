// Built-in replacements of frequent custom components, and the old grid (pages 20.2, project-format 15.1).
import {
  useEffect,
  useId,
  useRef,
  useState,
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { asArray, asBoolean, asNumber, asObject, asText } from '../base/json';
import { safeAddress } from '../app/browser';
import { Media, type Value } from '../data/value';
import { formatValue } from '../format/format';
import { useFloating } from '../view/floating';
import { useTracked } from '../view/hooks';
import { selectItem, useItems } from '../view/items';
import { Item, Node, childrenOf, slotOf, type NodeProps } from '../view/node';
import { richText } from '../view/rich';
import { useShown, useValue } from '../view/shown';
import { isInteractive } from '../view/interactive';
import { useView, type View } from '../view/view';
import { needIcons } from '../css/icons';
import { iconClasses } from './icon';

export function Popover({ node }: NodeProps): ReactNode {
  const view = useView(node, 'popover');
  const [open, setOpen] = useState(asBoolean(view.props['isShown']));
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const hover = view.text('action') === 'hover';
  useFloating(trigger, panel, view.text('position') || 'bottom-center', open);
  useEffect(() => {
    if (!open || hover) return undefined;
    const away = (event: Event): void => {
      if (!root.current?.contains(event.target as globalThis.Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => {
      document.removeEventListener('pointerdown', away);
    };
  }, [open, hover]);
  const events = view.disabled
    ? {}
    : hover
      ? {
          onMouseEnter: () => {
            setOpen(true);
          },
          onMouseLeave: () => {
            setOpen(false);
          },
          onFocus: () => {
            setOpen(true);
          },
          onBlur: (event: FocusEvent) => {
            if (!root.current?.contains(event.relatedTarget)) setOpen(false);
          },
        }
      : {};
  const toggle = (): void => {
    if (!view.disabled && !hover) setOpen(!open);
  };
  return (
    <div
      {...view.root}
      {...events}
      ref={root}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation();
          setOpen(false);
          root.current?.querySelector<HTMLElement>('.q-popover-trigger[tabindex], .q-popover-trigger button')?.focus();
        }
      }}
    >
      <Opener
        view={view}
        slot="PopoverTrigger"
        className="q-popover-trigger"
        open={open}
        controls={id}
        toggle={toggle}
        at={trigger}
      />
      {open ? (
        <div id={id} ref={panel} popover="manual" className="q-popover q-menu">
          {slotOf(node, 'PopoverContent')}
        </div>
      ) : null}
    </div>
  );
}

/** What opens and closes something: a button itself, unless its content holds what is to be pressed. */
function Opener({
  view,
  slot,
  className,
  open,
  controls,
  toggle,
  at,
  children,
  ...rest
}: {
  view: View;
  slot: string;
  className: string;
  open: boolean;
  controls: string;
  toggle: () => void;
  at?: RefObject<HTMLDivElement | null>;
  children?: ReactNode;
  'data-chevron'?: string;
}): ReactNode {
  const content = view.node.linked[slot];
  const holds = content !== undefined && isInteractive(view.page.def, content);
  const button = holds
    ? {}
    : {
        role: 'button',
        tabIndex: view.disabled ? -1 : 0,
        'aria-expanded': open,
        'aria-controls': controls,
        ...(view.disabled ? { 'aria-disabled': true } : {}),
        onKeyDown: (event: KeyboardEvent): void => {
          if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
          event.preventDefault();
          toggle();
        },
      };
  return (
    <div {...rest} ref={at} className={className} {...button} onClick={toggle}>
      {content === undefined ? null : <Node id={content} />}
      {children}
    </div>
  );
}

export function StylishBox({ node }: NodeProps): ReactNode {
  const view = useView(node, 'stylishbox');
  const { page, frames } = view;
  const variables = useTracked(() =>
    Object.fromEntries(
      asArray(view.props['parameters'])
        .map(asObject)
        .filter((item) => asText(item['name']) !== '')
        .map((item) => {
          const source = asText(item['source']);
          const value = source === '' ? null : page.scope.read(source, frames);
          const text = formatValue(value, asText(item['format']), '', page.app.locale.value);
          return [`--${asText(item['name']).replace(/^--/, '')}`, text === '' ? asText(item['defaultValue']) : text];
        }),
    ),
  );
  return (
    <div {...view.root} style={{ ...view.style, ...(variables as CSSProperties) }}>
      {slotOf(node, 'container')}
      {childrenOf(node)}
    </div>
  );
}

const most = 500;

export function Timeline({ node }: NodeProps): ReactNode {
  const view = useView(node, 'timeline');
  const items = useItems(view);
  const count = Math.min(items.length, most);
  useEffect(() => {
    if (count > 0) items.want(0, count);
  }, [items, count]);
  const twoSides = view.text('variant') === 'value2';
  return (
    <ol {...view.root} data-orientation={view.text('orientation').toLowerCase() || 'vertical'} data-sides={twoSides ? 2 : 1}>
      {Array.from({ length: count }, (_, i) => {
        const value = items.at(i);
        if (value === undefined || value === null) return null;
        const part = (slot: string): ReactNode => {
          const id = node.linked[slot];
          return id === undefined ? null : <Node id={id} />;
        };
        return (
          <li key={i}>
            <Item frame={items.frame(i, value)}>
              {twoSides ? <div className="q-timeline-side">{part('item1')}</div> : null}
              <span className="q-timeline-mark" aria-hidden="true" />
              <div className="q-timeline-side">{twoSides ? part('item2') : (part('item') ?? part('item1'))}</div>
            </Item>
          </li>
        );
      })}
    </ol>
  );
}

export function Download({ node }: NodeProps): ReactNode {
  const view = useView(node, 'download');
  const value = useValue(asText(node.props['datasource']));
  const name = useValue(asText(node.props['currentElement']));
  const position = asText(view.props['iconPosition'], 'left');
  const save = (): void => {
    const link = document.createElement('a');
    const text = value instanceof Media ? null : typeof value === 'string' ? value : JSON.stringify(value);
    const address = value instanceof Media ? value.uri : URL.createObjectURL(new Blob([text ?? ''], { type: 'text/plain' }));
    link.href = safeAddress(address);
    link.download =
      typeof name === 'string' && name !== '' ? name : value instanceof Media && value.name !== '' ? value.name : 'download';
    link.click();
    if (text !== null)
      setTimeout(() => {
        URL.revokeObjectURL(address);
      }, 10000);
  };
  return (
    <button
      type="button"
      {...view.root}
      className={`fd-button ${view.root.className ?? ''}`}
      data-icon={position}
      onClick={(event) => {
        view.root.onClick?.(event);
        if (value !== null && value !== undefined) save();
      }}
    >
      {position === 'hidden' ? null : slotOf(node, 'icon')}
      <span className="q-button-text">{richText(view.text('label') || 'Download')}</span>
    </button>
  );
}

export function PdfViewer({ node }: NodeProps): ReactNode {
  const view = useView(node, 'pdfviewer');
  const value = useValue(asText(node.props['datasource']));
  const address = value instanceof Media ? value.uri : typeof value === 'string' ? safeAddress(value) : '';
  return <div {...view.root}>{address === '' ? null : <iframe title="PDF" src={address} className="q-pdf" />}</div>;
}

export function Grid({ node }: NodeProps): ReactNode {
  const view = useView(node, 'grid');
  const tracks = (key: string, size: string): string =>
    asArray(view.props[key])
      .map((raw) => {
        const value = asObject(raw)[size];
        return typeof value === 'number' ? `${value}px` : asText(value) || '1fr';
      })
      .join(' ');
  const gap = (key: string): number | string => {
    const value = view.props[key];
    return typeof value === 'number' ? value : asText(value) || 0;
  };
  const areas = asArray(view.props['areas']).map(asObject);
  const span = (item: Record<string, unknown>, start: string, length: string): string =>
    `${asNumber(item[start], 0) || 'auto'} / span ${asNumber(item[length], 1) || 1}`;
  const style: CSSProperties = {
    display: 'grid',
    gridTemplateRows: tracks('rows', 'height'),
    gridTemplateColumns: tracks('columns', 'width'),
    rowGap: gap('rowGap'),
    columnGap: gap('colGap'),
    ...view.style,
  };
  return (
    <div {...view.root} style={style}>
      {areas.map((item, i) => (
        <div key={i} style={{ gridColumn: span(item, 'colStart', 'colSpan'), gridRow: span(item, 'rowStart', 'rowSpan') }}>
          {slotOf(node, asText(item['id']))}
        </div>
      ))}
      {childrenOf(node)}
    </div>
  );
}

const spacing = 4;

/** The table of boxes that came before the grid: slots are named by column and row, gaps are counts of 4 px. */
export function Columns({ node }: NodeProps): ReactNode {
  const view = useView(node, 'columns');
  const ids = (key: string): string[] => asArray(view.props[key]).map((raw) => asText(asObject(raw)['id']));
  const gap = (key: string): number => Math.max(0, Number(view.props[key]) || 0) * spacing;
  const columns = ids('columns');
  const style: CSSProperties = {
    display: 'grid',
    gridTemplateColumns: `repeat(${Math.max(1, columns.length)}, minmax(0, 1fr))`,
    columnGap: gap('spacingX'),
    rowGap: gap('spacingY'),
    ...view.style,
  };
  return (
    <div {...view.root} style={style}>
      {ids('rows').flatMap((row) => columns.map((column) => <div key={column + row}>{slotOf(node, column + row)}</div>))}
    </div>
  );
}

/** Panels under headers that open and close; one at a time unless `multiple`. */
export function Accordion({ node }: NodeProps): ReactNode {
  const view = useView(node, 'accordion');
  const id = useId();
  const [open, setOpen] = useState<readonly string[]>([]);
  useEffect(needIcons, []);
  const multiple = asBoolean(view.props['multiple']);
  const start = view.text('position') === 'left';
  const toggle = (item: string): void => {
    setOpen(open.includes(item) ? open.filter((other) => other !== item) : multiple ? [...open, item] : [item]);
  };
  return (
    <div {...view.root}>
      {asArray(view.props['items'])
        .map(asObject)
        .map((item) => {
          const key = asText(item['id']);
          const shown = open.includes(key);
          return (
            <div key={key} className="q-accordion-item">
              <Opener
                view={view}
                slot={`accordion_${key}`}
                className="q-accordion-header"
                data-chevron={start ? 'start' : 'end'}
                open={shown}
                controls={`${id}-${key}`}
                toggle={() => {
                  if (!view.disabled) toggle(key);
                }}
              >
                <i className={iconClasses(view.text(shown ? 'openChevron' : 'closeChevron'))} aria-hidden="true" />
              </Opener>
              <div id={`${id}-${key}`} hidden={!shown}>
                {shown ? slotOf(node, `body${key}`) : null}
              </div>
            </div>
          );
        })}
    </div>
  );
}

/** A chip for each element; a click selects it, its icon fires an event of its own. */
export function Tags({ node }: NodeProps): ReactNode {
  const view = useView(node, 'tags');
  const items = useItems(view);
  const count = Math.min(items.length, most);
  useEffect(() => {
    if (count > 0) items.want(0, count);
  }, [items, count]);
  useEffect(needIcons, []);
  const box = node.linked['container'];
  const field = view.text('field') || view.text('attribut');
  const { className, style, onClick: _, ...root } = view.root;
  const chosen = async (value: Value, event: string): Promise<void> => {
    await selectItem(view, value);
    await view.fire(event);
  };
  return (
    <span {...root} className="q-tags" role="list">
      {Array.from({ length: count }, (_unused, i) => {
        const value = items.at(i);
        if (value === undefined || value === null) return null;
        return (
          <span
            key={i}
            className={className}
            style={style}
            role="listitem"
            onClick={() => {
              void chosen(value, 'onclick');
            }}
          >
            <Item frame={items.frame(i, value)}>{box === undefined ? <Shown path={`$This.${field}`} /> : <Node id={box} />}</Item>
            {asBoolean(view.props['enableAction']) ? (
              <button
                type="button"
                className="q-tag-action"
                aria-label="Remove"
                disabled={view.disabled}
                onClick={(event) => {
                  event.stopPropagation();
                  void chosen(value, 'onclickaction');
                }}
              >
                <i className={iconClasses(view.text('iconAction'))} aria-hidden="true" />
              </button>
            ) : null}
          </span>
        );
      })}
    </span>
  );
}

function Shown({ path }: { path: string }): ReactNode {
  return useShown(path);
}
