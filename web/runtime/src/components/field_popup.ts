// What a field opens below itself: closed by a press or the focus elsewhere and by Escape.
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

export interface FieldPopup {
  /** Of the element that holds the field and what it opens. */
  root: RefObject<HTMLDivElement | null>;
  open: boolean;
  setOpen(open: boolean): void;
  /** For the same element: Escape closes and goes back to the field. */
  onKeyDown(event: KeyboardEvent): void;
  focusField(): void;
}

export function useFieldPopup(): FieldPopup {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const away = (event: Event): void => {
      if (!root.current?.contains(event.target as globalThis.Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, [open]);
  const focusField = (): void => root.current?.querySelector('input')?.focus();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    focusField();
  };
  return { root, open, setOpen, onKeyDown, focusField };
}
