// A field for a colour, kept as text "#rrggbb" (pages 20.2).
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { asText } from '../base/json';
import type { NodeProps } from '../view/node';
import { usePause } from '../view/pause';
import { useValue } from '../view/shown';
import { useView } from '../view/view';

/** What the browser's field takes; null when the text is no such colour. Transparency is left out. */
export function hexColour(text: string): string | null {
  const [, short = '', long = ''] = /^#(?:([0-9a-f]{3})|([0-9a-f]{6})(?:[0-9a-f]{2})?)$/i.exec(text.trim()) ?? [];
  if (short !== '') return `#${[...short].map((digit) => digit + digit).join('')}`.toLowerCase();
  return long === '' ? null : `#${long}`.toLowerCase();
}

export function ColorInput({ node }: NodeProps): ReactNode {
  const view = useView(node, 'colorinput');
  const path = asText(node.props['datasource']);
  const bound = useValue(path);
  const [own, setOwn] = useState('');
  const [dragged, setDragged] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const value = path === '' ? own : typeof bound === 'string' ? bound : '';
  const shown = dragged ?? hexColour(value) ?? hexColour(view.text('defaultColor')) ?? '#000000';
  const written = hexColour(value);
  const pause = usePause((next: string) => {
    if (next === written) return;
    setOwn(next);
    void view.change(path, next);
  }, view.page.app.manager.typing);
  // React tells of each colour that the pointer passes; that one was chosen is told by the field itself.
  useEffect(() => {
    const element = field.current;
    const chosen = (): void => {
      pause.later(element?.value ?? '');
      pause.now();
      setDragged(null);
    };
    element?.addEventListener('change', chosen);
    return () => {
      element?.removeEventListener('change', chosen);
    };
  }, [pause]);
  return (
    <div {...view.root}>
      <input
        ref={field}
        type="color"
        className="q-colour"
        aria-label={view.text('name') || 'Colour'}
        disabled={view.disabled}
        value={shown}
        onChange={(event) => {
          setDragged(event.target.value);
          pause.later(event.target.value);
        }}
      />
    </div>
  );
}
