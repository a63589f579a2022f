// Panels that float above the page, whatever their ancestors clip or stack: the browser's top layer.
import { useLayoutEffect, type RefObject } from 'react';

const gap = 6;
const margin = 4;

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Left upper corner of a panel of that size beside the anchor. `position`: `SIDE-ALIGNMENT`, as `bottom-center`; sides
 * `top`, `bottom`, `left`, `right`; alignments `left`/`start`/`top`, `center`, `right`/`end`/`bottom`. It stays within the
 * view where it fits.
 */
export function placeBeside(
  anchor: Box,
  size: { width: number; height: number },
  position: string,
  view: { width: number; height: number },
): { left: number; top: number } {
  const [side = '', alignment = 'center'] = position.split('-');
  const aligned = (start: number, length: number, own: number): number =>
    ['left', 'start', 'top'].includes(alignment)
      ? start
      : ['right', 'end', 'bottom'].includes(alignment)
        ? start + length - own
        : start + (length - own) / 2;
  const across = side === 'left' || side === 'right';
  const left = across
    ? side === 'left'
      ? anchor.left - size.width - gap
      : anchor.left + anchor.width + gap
    : aligned(anchor.left, anchor.width, size.width);
  const top = across
    ? alignment === 'center'
      ? anchor.top + (anchor.height - size.height) / 2
      : aligned(anchor.top, anchor.height, size.height)
    : side === 'top'
      ? anchor.top - size.height - gap
      : anchor.top + anchor.height + gap;
  const within = (value: number, own: number, whole: number): number => Math.max(margin, Math.min(value, whole - own - margin));
  return { left: within(left, size.width, view.width), top: within(top, size.height, view.height) };
}

/** Keeps `panel`, an element with `popover="manual"`, in the top layer beside `anchor` while `open`. */
export function useFloating(
  anchor: RefObject<HTMLElement | null>,
  panel: RefObject<HTMLElement | null>,
  position: string,
  open: boolean,
): void {
  useLayoutEffect(() => {
    const element = panel.current;
    if (!open || !element) return undefined;
    const place = (): void => {
      const box = anchor.current?.getBoundingClientRect();
      if (!box) return;
      const { left, top } = placeBeside(box, { width: element.offsetWidth, height: element.offsetHeight }, position, {
        width: window.innerWidth,
        height: window.innerHeight,
      });
      element.style.left = `${left}px`;
      element.style.top = `${top}px`;
    };
    if (typeof element.showPopover === 'function') element.showPopover();
    place();
    const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(place);
    observer?.observe(element);
    window.addEventListener('scroll', place, true);
    window.addEventListener('resize', place);
    return () => {
      observer?.disconnect();
      window.removeEventListener('scroll', place, true);
      window.removeEventListener('resize', place);
    };
  }, [anchor, panel, position, open]);
}
