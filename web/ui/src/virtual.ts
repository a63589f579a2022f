// Virtual lists: which rows are in view, also for millions of rows that no browser could lay out.
import { useCallback, useLayoutEffect, useReducer, useRef, useState, type RefObject } from 'react';
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

const visible = (length: number): number => Math.min(Math.max(length, 0), mostVisible);

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
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const view = useRef<View | null>(null);
  view.current ??= { offset: 0, height: visible(expected - inset) };
  /** Whether the view was measured; until then it stands at its beginning. */
  const measured = useRef(false);
  const wanted = useRef<{ index: number; top: boolean } | null>(null);
  const frame = useRef(0);
  const printing = usePrinting();
  const window = virtualWindow(count, size, view.current, overscan);

  const lookAt = (element: HTMLElement): View => ({
    offset: Math.abs(horizontal ? element.scrollLeft : element.scrollTop),
    height: visible((horizontal ? element.clientWidth : element.clientHeight) - inset),
  });

  const reveal = (index: number, top = false): void => {
    const element = scroller.current;
    if (!element) return;
    if (!measured.current) {
      wanted.current = { index, top };
      return;
    }
    const { offset, height } = lookAt(element);
    const { base, position } = virtualWindow(count, size, { offset, height }, 0);
    const start = index * size;
    let target: number | null = null;
    if (top || start < base) target = position(index);
    else if (start + size > base + height) target = position(index + 1) - height * (position(1) / size);
    if (target === null) return;
    if (horizontal) element.scrollLeft = target;
    else element.scrollTop = Math.max(0, target);
  };

  /** Notes what is in view; draws again when other rows are, or the same ones elsewhere. */
  const measure = (): void => {
    const element = scroller.current;
    if (!element) return;
    view.current = lookAt(element);
    measured.current = true;
    const next = virtualWindow(count, size, view.current, overscan);
    if (next.first !== window.first || next.end !== window.end || next.place(0) !== window.place(0)) draw();
    const waiting = wanted.current;
    wanted.current = null;
    if (waiting) reveal(waiting.index, waiting.top);
  };
  const latest = useRef({ measure, reveal });
  useLayoutEffect(() => {
    latest.current = { measure, reveal };
  });
  useLayoutEffect(() => {
    if (measured.current) latest.current.measure();
  }, [horizontal, inset]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = (): void => {
      latest.current.measure();
    };
    // Asking for sizes now would lay out all that is new, and again what is drawn then. The observer is called after the
    // layout and before anything is painted; drawing inside of it is in time.
    const observer =
      typeof ResizeObserver === 'undefined'
        ? null
        : new ResizeObserver(() => {
            flushSync(look);
          });
    observer?.observe(element);
    if (!observer || expected === 0) look();
    const onScroll = (): void => {
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(look);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer?.disconnect();
      cancelAnimationFrame(frame.current);
    };
  }, [scroller]);

  const revealLatest = useCallback((index: number, top = false) => {
    latest.current.reveal(index, top);
  }, []);
  return { ...(printing ? printed(count, size) : window), reveal: revealLatest };
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
