// Range input: label, slider, track, filled track, thumb (pages 15.11).
import { createContext, useContext, useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { asNumber, asText } from '../base/json';
import type { NodeDef } from '../model/page';
import { usePage, usePart } from '../view/context';
import { Slot, type NodeProps } from '../view/node';
import { PartScope } from '../view/part';
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
  return (
    <PartScope node={node} view={view}>
      <WrapperContext value={{ view, vertical }}>
        <div {...view.root} data-label={position} data-orientation={vertical ? 'vertical' : 'horizontal'}>
          {position === 'hidden' ? null : <Slot node={node} slot="label" />}
          {slot === undefined ? (
            <Slider node={node} view={view} />
          ) : (
            <Slot node={node} slot={Object.entries(node.linked).find(([, id]) => id === slot)?.[0] ?? ''} />
          )}
        </div>
      </WrapperContext>
    </PartScope>
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

function Slider({ node, view }: { node: NodeDef; view: View }): ReactNode {
  const wrapper = useContext(WrapperContext);
  const part = usePart();
  const page = usePage();
  const track = useRef<HTMLDivElement>(null);
  const path = asText(node.props['datasource']);
  const value = useValue(path);
  const min = asNumber(view.props['min'], 0);
  const max = Math.max(asNumber(view.props['max'], 100), min);
  const step = Math.abs(asNumber(view.props['step'], 1)) || 1;
  const vertical = wrapper?.vertical ?? true;
  const number = typeof value === 'number' ? value : min;
  const shown = Math.min(Math.max(number, min), max);
  const share = max === min ? 0 : ((shown - min) / (max - min)) * 100;
  const disabled = view.disabled || (part?.disabled ?? false);

  const set = (next: number): void => {
    if (disabled || path === '') return;
    const digits = (String(step).split('.')[1] ?? '').length;
    const snapped = Number(Math.min(Math.max(min + Math.round((next - min) / step) * step, min), max).toFixed(digits));
    if (snapped !== value) void view.write(path, snapped).then(() => (wrapper?.view ?? view).fire('onchange'));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const big = Math.max(step, (max - min) / 10);
    const next = {
      ArrowUp: shown + step,
      ArrowRight: shown + step,
      ArrowDown: shown - step,
      ArrowLeft: shown - step,
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
    if (disabled) return;
    event.preventDefault();
    fromPointer(event);
    const end = (): void => {
      window.removeEventListener('pointermove', fromPointer);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', fromPointer);
    window.addEventListener('pointerup', end);
  };
  const styleOf = (name: string): Record<string, unknown> => {
    const id = Object.entries(node.linked).find(([slot]) => slot.toLowerCase() === name.toLowerCase())?.[1];
    const style = page.def.nodes.get(id ?? '')?.props['style'];
    return typeof style === 'object' && style !== null && !Array.isArray(style) ? style : {};
  };
  return (
    <div
      ref={track}
      className="fd-slider chakra-slider"
      data-cy="cypress_slider"
      data-orientation={vertical ? 'vertical' : 'horizontal'}
      onPointerDown={onPointerDown}
      {...(disabled ? { 'aria-disabled': true } : {})}
    >
      <div className="chakra-slider__track" style={styleOf('SliderTrack')}>
        <div
          className="chakra-slider__filled-track"
          data-cy="cypress_slider_filled_track"
          style={{ ...styleOf('SliderFilledTrack'), [vertical ? 'height' : 'width']: `${share}%` }}
        />
      </div>
      <div
        className="chakra-slider__thumb"
        role="slider"
        id={part?.id}
        tabIndex={disabled ? -1 : 0}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuenow={shown}
        aria-orientation={vertical ? 'vertical' : 'horizontal'}
        data-active=""
        data-cy="cypress_slider_thumb"
        aria-label={part?.label || 'Value'}
        style={{ ...styleOf('SliderThumb'), [vertical ? 'bottom' : 'insetInlineStart']: `${share}%` }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
