// Formatted text: shown as it is, or edited with a tool bar (pages 20.2). The editor itself comes only when it is needed.
import { lazy, Suspense, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { asBoolean, asText } from '../base/json';
import type { NodeProps } from '../view/node';
import { useValue } from '../view/shown';
import { useView } from '../view/view';
import { RichBlocks } from './rich_blocks';
import '../styles/replacements.css';
import { readDocument, writeDocument, type TextBlock } from './text_document';

const Editor = lazy(async () => ({ default: (await import('./slate_editor')).SlateEditor }));
const commitPause = 300;

export function TextEditor({ node }: NodeProps): ReactNode {
  const view = useView(node, 'texteditor');
  const path = asText(node.props['datasource']);
  const value = useValue(path);
  const document = useMemo(() => readDocument(value), [value]);
  const waiting = useRef<TextBlock[] | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** What the editor wrote last: a value that comes back is no news to it. */
  const written = useRef<unknown>(undefined);
  const round = useRef(0);
  const last = useRef(value);
  if (last.current !== value) {
    last.current = value;
    if (value !== written.current) {
      round.current++;
      waiting.current = null;
    }
  }
  const send = (): void => {
    clearTimeout(timer.current);
    const blocks = waiting.current;
    waiting.current = null;
    if (!blocks) return;
    const next = writeDocument(blocks, document.form);
    written.current = next;
    void (path === '' ? Promise.resolve() : view.write(path, next)).then(() => view.fire('onchange'));
  };
  const sendNow = useRef(send);
  sendNow.current = send;
  useEffect(
    () => () => {
      sendNow.current();
    },
    [],
  );
  const fixed = view.disabled || asBoolean(view.props['readOnly']) || asBoolean(view.props['readonly']);
  const reading = (
    <div className="q-rich">
      <RichBlocks nodes={document.blocks} />
    </div>
  );
  return (
    <div {...view.root}>
      {fixed || value === undefined ? (
        reading
      ) : (
        <Suspense fallback={reading}>
          <Editor
            key={`${path}-${round.current}`}
            blocks={document.blocks}
            label={asText(view.props['label']) || 'Text'}
            placeholder={view.text('placeholder')}
            change={(blocks) => {
              waiting.current = blocks;
              clearTimeout(timer.current);
              timer.current = setTimeout(() => {
                sendNow.current();
              }, commitPause);
            }}
            leave={() => {
              sendNow.current();
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
