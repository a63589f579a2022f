// Formatted text: shown as it is, or edited with a tool bar (pages 20.2). The editor itself comes only when it is needed.
import { lazy, Suspense, useMemo, useRef, type ReactNode } from 'react';
import { asBoolean, asText } from '../base/json';
import type { NodeProps } from '../view/node';
import { usePause } from '../view/pause';
import { useValue } from '../view/shown';
import { useView } from '../view/view';
import { RichBlocks } from './rich_blocks';
import '../styles/replacements.css';
import { readDocument, writeDocument, type TextBlock } from './text_document';

const Editor = lazy(async () => ({ default: (await import('./slate_editor')).SlateEditor }));

export function TextEditor({ node }: NodeProps): ReactNode {
  const view = useView(node, 'texteditor');
  const path = asText(node.props['datasource']);
  const value = useValue(path);
  const document = useMemo(() => readDocument(value), [value]);
  /** What the editor wrote last: a value that comes back is no news to it. */
  const written = useRef<unknown>(undefined);
  const pause = usePause((blocks: TextBlock[]) => {
    const next = writeDocument(blocks, document.form);
    written.current = next;
    void view.change(path, next);
  }, view.page.app.manager.typing);
  const round = useRef(0);
  const last = useRef(value);
  if (last.current !== value) {
    last.current = value;
    if (value !== written.current) {
      round.current++;
      pause.drop();
    }
  }
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
            change={pause.later}
            leave={pause.now}
          />
        </Suspense>
      )}
    </div>
  );
}
