// Range input: label, slider, track, filled track, thumb (pages 15.11).
import {
  createContext,
  useContext,
  useRef,
  useState,
  type HTMLAttributes,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react';
import { asBoolean, asNumber, asText } from '../base/json';
import { toNumber } from '../data/value';
import type { NodeDef, PageDef } from '../model/page';
import { usePart, usePage, usePlace } from '../view/context';
import { slotOf, type Memory, type NodeProps } from '../view/node';
import { withParts } from '../view/part';
import { useValue } from '../view/shown';
import { useView, type View } from '../view/view';

interface Wrapper {
  view: View;
  vertical: boolean;
}
const WrapperContext = createContext<Wrapper | null>(null);

export function RangeInput({ node }: NodeProps): ReactNode {
  const view = useView(node, 'rangeinput');
  const position = asText(view.props['labelPosition'], 'top');
  const vertical = asText(view.props['orientation'], 'vertical') === 'vertical';
  const slot =
    node.linked['SliderContainer'] ?? Object.entries(node.linked).find(([name]) => /slider|container/i.test(name))?.[1];
  const place = usePlace();
  const memory = useRef<Memory>({});
  return withParts(
    view,
    place,
    memory.current,
    <WrapperContext value={{ view, vertical }}>
      <div {...view.root} data-label={position} data-orientation={vertical ? 'vertical' : 'horizontal'}>
        {position === 'hidden' ? null : slotOf(node, 'label')}
        {slot === undefined ? (
          <Slider node={node} view={view} />
        ) : (
          slotOf(node, Object.entries(node.linked).find(([, id]) => id === slot)?.[0] ?? '')
        )}
      </div>
    </WrapperContext>,
  );
}

export function SliderContainer({ node }: NodeProps): ReactNode {
  const view = useView(node, 'slidercontainer');
  return (
    <div {...view.root}>
      <Slider node={node} view={view} />
    </div>
  );
}

/** Track, filled track and thumb by component name: linked parts, or children of the track. */
function partsOf(page: PageDef, node: NodeDef): Map<string, NodeDef> {
  const found = new Map<string, NodeDef>();
  const visit = (id: string): void => {
    const part = page.nodes.get(id);
    if (!part) return;
    found.set(part.type, part);
    for (const child of [...part.nodes, ...Object.values(part.linked)]) visit(child);
  };
  for (const id of Object.values(node.linked)) visit(id);
  return found;
}

function Slider({ node, view }: { node: NodeDef; view: View }): ReactNode {
  const wrapper = useContext(WrapperContext);
  const part = usePart();
  const page = usePage();
  const track = useRef<HTMLDivElement>(null);
  const path = asText(node.props['datasource']) || asText(wrapper?.view.node.props['datasource']);
  const bound = useValue(path);
  const [own, setOwn] = useState<number | null>(null);
  const value = path === '' ? own : bound;
  const limit = (name: 'min' | 'max', fallback: number): number => {
    const around = wrapper?.view.props ?? {};
    const written = view.props[`${name}Value`] ?? view.props[name] ?? around[`${name}Value`] ?? around[name];
    return toNumber(written ?? null) ?? fallback;
  };
  const min = limit('min', 0);
  const max = Math.max(limit('max', 100), min);
  const step = Math.abs(asNumber(view.props['step'], 1)) || 1;
  const vertical = wrapper?.vertical ?? true;
  const number = typeof value === 'number' ? value : min;
  const shown = Math.min(Math.max(number, min), max);
  const share = max === min ? 0 : ((shown - min) / (max - min)) * 100;
  const disabled = view.disabled || (part?.disabled ?? false);
  const fixed = disabled || asBoolean(view.props['readOnly']) || asBoolean(view.props['readonly']);

  const set = (next: number): void => {
    if (fixed) return;
    const digits = (String(step).split('.')[1] ?? '').length;
    const snapped = Number(Math.min(Math.max(min + Math.round((next - min) / step) * step, min), max).toFixed(digits));
    if (snapped === value) return;
    setOwn(snapped);
    void view.change(path, snapped, wrapper?.view);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const big = Math.max(step, (max - min) / 10);
    const forth = !vertical && document.documentElement.dir === 'rtl' ? -step : step;
    const next = {
      ArrowUp: shown + step,
      ArrowRight: shown + forth,
      ArrowDown: shown - step,
      ArrowLeft: shown - forth,
      PageUp: shown + big,
      PageDown: shown - big,
      Home: min,
      End: max,
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      set(next);
    }
  };
  const fromPointer = (event: { clientX: number; clientY: number }): void => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return;
    const rtl = document.documentElement.dir === 'rtl';
    const part0 = vertical
      ? (box.bottom - event.clientY) / box.height
      : rtl
        ? (box.right - event.clientX) / box.width
        : (event.clientX - box.left) / box.width;
    set(min + Math.min(Math.max(part0, 0), 1) * (max - min));
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (fixed) return;
    event.preventDefault();
    fromPointer(event);
    const end = (): void => {
      window.removeEventListener('pointermove', fromPointer);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', fromPointer);
    window.addEventListener('pointerup', end);
  };
  const parts = partsOf(page.def, node);
  return (
    <div
      ref={track}
      className="fd-slider chakra-slider"
      data-cy="cypress_slider"
      data-orientation={vertical ? 'vertical' : 'horizontal'}
      onPointerDown={onPointerDown}
      {...(disabled ? { 'aria-disabled': true } : {})}
    >
      <SliderPart node={parts.get('SliderTrack')} className="chakra-slider__track">
        <SliderPart
          node={parts.get('SliderFilledTrack')}
          className="chakra-slider__filled-track"
          data-cy="cypress_slider_filled_track"
          style={{ [vertical ? 'height' : 'width']: `${share}%` }}
        />
      </SliderPart>
      <SliderPart
        node={parts.get('SliderThumb')}
        className="chakra-slider__thumb"
        role="slider"
        id={part?.id}
        tabIndex={disabled ? -1 : 0}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuenow={shown}
        {...(fixed && !disabled ? { 'aria-readonly': true } : {})}
        {...(disabled ? { 'aria-disabled': true } : {})}
        aria-orientation={vertical ? 'vertical' : 'horizontal'}
        data-active=""
        data-cy="cypress_slider_thumb"
        aria-label={part?.label || 'Value'}
        style={{ [vertical ? 'bottom' : 'insetInlineStart']: `${share}%` }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

type PartAttributes = HTMLAttributes<HTMLElement> & { 'data-cy'?: string; 'data-active'?: string };

/** Track, filled track or thumb: with style, classes and events of its component when the page has one. */
function SliderPart({ node, ...attributes }: PartAttributes & { node: NodeDef | undefined }): ReactNode {
  return node ? <StyledPart node={node} {...attributes} /> : <div {...attributes} />;
}

function StyledPart({
  node,
  className,
  style,
  onKeyDown,
  children,
  ...attributes
}: PartAttributes & { node: NodeDef }): ReactNode {
  const { root } = useView(node, node.type.toLowerCase());
  return (
    <div
      {...root}
      {...attributes}
      className={`${className ?? ''} ${root.className ?? ''}`}
      style={{ ...root.style, ...style }}
      onKeyDown={(event) => {
        root.onKeyDown?.(event);
        onKeyDown?.(event);
      }}
    >
      {children}
    </div>
  );
}
