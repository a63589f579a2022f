// Virtual lists: which rows are in view, also for millions of rows that no browser could lay out.
import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';

/** Browsers cut elements that are taller than about 16.7 million pixels. */
const tallest = 15_000_000;
/** No screen shows more; a list that grew with its content must not draw all of it. */
const mostVisible = 10_000;
/** Rows on paper: all of a list that people print, not all of a million. */
export const mostPrinted = 2000;

export interface VirtualWindow {
  first: number;
  /** One behind the last. */
  end: number;
  /** Height of the scrolled content. */
  total: number;
  /** Place of a row inside the content. */
  place(index: number): number;
  /** Moves a row into view; `top` puts it at the top. */
  reveal(index: number, top?: boolean): void;
}

interface View {
  offset: number;
  height: number;
}

/** Arithmetic of the window: `offset` is the scroll position, `height` what is visible. */
export function virtualWindow(
  count: number,
  size: number,
  view: View,
  overscan: number,
): Omit<VirtualWindow, 'reveal'> & { position(index: number): number; base: number } {
  const real = count * size;
  const total = Math.min(real, tallest);
  const range = Math.max(total - view.height, 1);
  const scale = real > total ? Math.max(real - view.height, 1) / range : 1;
  const base = scale === 1 ? view.offset : Math.min(view.offset, range) * scale;
  const first = Math.max(0, Math.floor(base / size) - overscan);
  const end = Math.min(count, Math.ceil((base + view.height) / size) + overscan);
  return {
    first,
    end,
    total,
    base,
    place: (index) => (scale === 1 ? index * size : view.offset + index * size - base),
    position: (index) => (index * size) / scale,
  };
}

export function useVirtual(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  size: number,
  options: {
    horizontal?: boolean;
    overscan?: number;
    /** Part of the view that a sticky header covers. */
    inset?: number;
    /** Length of the view as far as it is known before it is measured: its rows are then drawn at once. */
    expected?: number;
  } = {},
): VirtualWindow {
  const { horizontal = false, overscan = 4, inset = 0, expected = 0 } = options;
  const [view, setView] = useState<View>(() => ({ offset: 0, height: Math.min(Math.max(expected - inset, 0), mostVisible) }));
  const frame = useRef(0);
  const printing = usePrinting();

  const measure = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const offset = Math.abs(horizontal ? element.scrollLeft : element.scrollTop);
    const height = Math.min(Math.max((horizontal ? element.clientWidth : element.clientHeight) - inset, 0), mostVisible);
    setView((before) => (before.offset === offset && before.height === height ? before : { offset, height }));
  }, [scroller, horizontal, inset]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    measure();
    const onScroll = (): void => {
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(measure);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(measure);
    observer?.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer?.disconnect();
      cancelAnimationFrame(frame.current);
    };
  }, [scroller, measure]);

  const window = printing ? printed(count, size) : virtualWindow(count, size, view, overscan);
  const reveal = useCallback(
    (index: number, top = false) => {
      const element = scroller.current;
      if (!element) return;
      const height = Math.max((horizontal ? element.clientWidth : element.clientHeight) - inset, 0);
      const offset = Math.abs(horizontal ? element.scrollLeft : element.scrollTop);
      const { base, position } = virtualWindow(count, size, { offset, height }, 0);
      const start = index * size;
      let target: number | null = null;
      if (top || start < base) target = position(index);
      else if (start + size > base + height) target = position(index + 1) - height * (position(1) / size);
      if (target === null) return;
      if (horizontal) element.scrollLeft = target;
      else element.scrollTop = Math.max(0, target);
    },
    [scroller, count, size, horizontal, inset],
  );

  return { ...window, reveal };
}

/** On paper nothing scrolls: the rows stand one under the other, as many as are printed. */
function printed(count: number, size: number): Omit<VirtualWindow, 'reveal'> {
  const end = Math.min(count, mostPrinted);
  return { first: 0, end, total: end * size, place: (index) => index * size };
}

/** True while the page is laid out for paper. */
function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useLayoutEffect(() => {
    const media = typeof matchMedia === 'function' ? matchMedia('print') : null;
    if (!media) return undefined;
    const listen = (event: MediaQueryListEvent): void => {
      // The browser takes the page as it is when this returns.
      flushSync(() => {
        setPrinting(event.matches);
      });
    };
    media.addEventListener('change', listen);
    return () => {
      media.removeEventListener('change', listen);
    };
  }, []);
  return printing;
}
