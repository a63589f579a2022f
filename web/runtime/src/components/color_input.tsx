// A field for a colour, kept as text "#rrggbb" (pages 20.2).
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { asText } from '../base/json';
import type { NodeProps } from '../view/node';
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
  const write = useRef<(next: string) => Promise<void>>(undefined);
  write.current = async (next) => {
    setOwn(next);
    if (path !== '') await view.write(path, next);
    setDragged(null);
    await view.fire('onchange');
  };
  // React tells of each colour that the pointer passes; the colour that was chosen is told by the field itself.
  useEffect(() => {
    const element = field.current;
    const chosen = (): void => void write.current?.(element?.value ?? '');
    element?.addEventListener('change', chosen);
    return () => {
      element?.removeEventListener('change', chosen);
    };
  }, []);
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
        }}
      />
    </div>
  );
}
