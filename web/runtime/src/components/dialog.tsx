// Dialogs of a page (pages 11).
import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { asBoolean, asText } from '../base/json';
import { usePage } from '../view/context';
import { useTracked } from '../view/hooks';
import { slotOf, type NodeProps } from '../view/node';
import { isInside, useView } from '../view/view';
import { isAiry } from './container';

export function Dialog({ node }: NodeProps): ReactNode {
  const page = usePage();
  const place = useTracked(() => page.dialogs.value.indexOf(node.id));
  return place < 0 ? null : createPortal(<OpenDialog node={node} place={place} />, document.body);
}

const focusable =
  'button:not([disabled]),a[href],input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex]:not([tabindex="-1"])';

/** What the focus goes to first: the dialog itself when something before it has still to load. */
function firstInside(box: HTMLElement | null): HTMLElement | null {
  const [first] = box?.querySelectorAll<HTMLElement>(`.q-dialog-body ${focusable.split(',').join(',.q-dialog-body ')}`) ?? [];
  const loading = box?.querySelector('.q-dialog-body :is(.fd-pageloader:empty,.q-wait)');
  const after = first && loading ? loading.compareDocumentPosition(first) & globalThis.Node.DOCUMENT_POSITION_FOLLOWING : 0;
  return first && !after ? first : null;
}

function OpenDialog({ node, place }: NodeProps & { place: number }): ReactNode {
  const view = useView({ ...node, props: { ...node.props, disabled: false } }, 'dialog');
  const { page } = view;
  const box = useRef<HTMLDivElement>(null);
  const overlay = asBoolean(view.props['overlay']);
  const airy = isAiry(page, page.def.nodes.get('ROOT')?.props ?? {});
  const closable = asBoolean(view.props['closable']);
  const close = (): void => {
    void page.closeDialog(asText(node.props['serverSideRef']) || node.id);
  };

  useEffect(() => {
    const before = document.activeElement;
    (firstInside(box.current) ?? box.current)?.focus();
    void page.fire(node, 'onloaded');
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [page, node]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isInside(event)) return;
    if (event.key === 'Escape' && closable) {
      event.stopPropagation();
      close();
    }
    if (event.key !== 'Tab' || !overlay) return;
    const inside = [...(box.current?.querySelectorAll<HTMLElement>(focusable) ?? [])].filter(
      (item) => item.offsetParent !== null,
    );
    const [first, last] = [inside[0], inside[inside.length - 1]];
    if (!first || !last) {
      event.preventDefault();
      return;
    }
    if (event.shiftKey && (document.activeElement === first || document.activeElement === box.current)) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first.focus();
    }
  };
  const drag = useDrag(box);
  const name = asText(node.props['serverSideRef']) || 'Dialog';
  const icon = (slot: string): boolean => node.linked[slot] !== undefined;
  return (
    <div className={`q-dialog-layer${airy ? ' q-airy' : ''}`} style={{ zIndex: 1000 + place * 2 }} data-overlay={overlay}>
      {overlay ? (
        <div className={page.app.styles.classes(page.def.name, ['fd-dialog-overlay'])} onClick={closable ? close : undefined} />
      ) : null}
      <div
        {...view.root}
        ref={box}
        role="dialog"
        aria-modal={overlay}
        aria-label={name}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        data-animated={asBoolean(view.props['animated'])}
      >
        {asBoolean(view.props['draggable']) || closable ? (
          <div className="q-dialog-bar">
            {asBoolean(view.props['draggable']) ? (
              <span className="q-dialog-drag" {...drag} aria-hidden="true">
                {icon('drag') ? slotOf(node, 'drag') : '⠿'}
              </span>
            ) : null}
            {closable ? (
              <button type="button" className="q-dialog-close" aria-label="Close" onClick={close}>
                {icon('close') ? slotOf(node, 'close') : '×'}
              </button>
            ) : null}
          </div>
        ) : null}
        <div className="q-dialog-body">{slotOf(node, 'Dialog')}</div>
      </div>
    </div>
  );
}

function useDrag(box: React.RefObject<HTMLDivElement | null>): { onPointerDown: (event: PointerEvent) => void } {
  const moved = useRef({ x: 0, y: 0 });
  return {
    onPointerDown: (event) => {
      const start = { x: event.clientX - moved.current.x, y: event.clientY - moved.current.y };
      const move = (next: globalThis.PointerEvent): void => {
        moved.current = { x: next.clientX - start.x, y: next.clientY - start.y };
        if (box.current) box.current.style.translate = `${moved.current.x}px ${moved.current.y}px`;
      };
      const end = (): void => {
        window.removeEventListener('pointermove', move);
        window.removeEventListener('pointerup', end);
      };
      window.addEventListener('pointermove', move);
      window.addEventListener('pointerup', end);
      event.preventDefault();
    },
  };
}
