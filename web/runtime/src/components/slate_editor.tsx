// The editor of formatted text, on Slate: its documents are what pages store.
import { useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { createEditor, Editor, Element, Range, Transforms, type BaseEditor, type Descendant } from 'slate';
import { withHistory, type HistoryEditor } from 'slate-history';
import { Editable, ReactEditor, Slate, useSlate, withReact, type RenderElementProps, type RenderLeafProps } from 'slate-react';
import { safeAddress } from '../app/browser';
import { BlockView, LeafView } from './rich_blocks';
import { alignments, inlineTypes, plainWords, readDocument, type TextBlock, type TextLeaf } from './text_document';

declare module 'slate' {
  interface CustomTypes {
    Editor: BaseEditor & ReactEditor & HistoryEditor;
    Element: TextBlock;
    Text: TextLeaf;
  }
}

const voids = new Set(['image', 'video']);
const lists: ReadonlySet<string> = new Set(['bulleted-list', 'numbered-list']);

function prepared(): Editor {
  const editor = withHistory(withReact(createEditor()));
  const { isInline, isVoid, insertBreak, insertData } = editor;
  editor.isInline = (element) => inlineTypes.has(element.type) || isInline(element);
  editor.isVoid = (element) => voids.has(element.type) || isVoid(element);
  editor.insertBreak = () => {
    const found = blockAt(editor);
    const ends = editor.selection !== null && found !== null && Editor.isEnd(editor, editor.selection.anchor, found.path);
    const empty = found !== null && plainWords(found.block.children) === '';
    if (found?.block.type === 'list-item' && empty) toggleBlock(editor, 'list-item');
    else if (found && ends && /^(heading|block-quote)/.test(found.block.type))
      Transforms.insertNodes(editor, { type: 'paragraph', children: [{ text: '' }] });
    else insertBreak();
  };
  editor.insertData = (data) => {
    const html = data.getData('text/html');
    if (html === '' || data.getData('application/x-slate-fragment') !== '') insertData(data);
    else Transforms.insertFragment(editor, readDocument(`<div>${html}</div>`).blocks as Descendant[]);
  };
  return editor;
}

function blockAt(editor: Editor): { block: TextBlock; path: number[] } | null {
  if (!editor.selection) return null;
  const found = Editor.above(editor, {
    match: (node) =>
      Element.isElement(node) && Editor.isBlock(editor, node) && node.type !== 'bulleted-list' && node.type !== 'numbered-list',
  });
  return found ? { block: found[0] as TextBlock, path: found[1] } : null;
}

function marksAt(editor: Editor): Record<string, unknown> {
  return (Editor.marks(editor) ?? {}) as Record<string, unknown>;
}

function holds(editor: Editor, test: (block: TextBlock) => boolean): boolean {
  if (!editor.selection) return false;
  const [found] = Editor.nodes(editor, {
    at: Editor.unhangRange(editor, editor.selection),
    match: (node) => Element.isElement(node) && test(node),
  });
  return found !== undefined;
}

function toggleMark(editor: Editor, mark: string): void {
  if (marksAt(editor)[mark] === true) Editor.removeMark(editor, mark);
  else Editor.addMark(editor, mark, true);
}

function toggleBlock(editor: Editor, type: string): void {
  const active = holds(editor, (block) => block.type === type);
  const list = lists.has(type);
  Transforms.unwrapNodes(editor, {
    match: (node) => Element.isElement(node) && lists.has(node.type),
    split: true,
  });
  Transforms.setNodes(editor, { type: active ? 'paragraph' : list ? 'list-item' : type });
  if (!active && list) Transforms.wrapNodes(editor, { type, children: [] });
}

function toggleAlign(editor: Editor, align: string): void {
  const active = holds(editor, (block) => block.align === align);
  if (active) Transforms.unsetNodes(editor, 'align');
  else Transforms.setNodes(editor, { align });
}

function setLink(editor: Editor, url: string): void {
  Transforms.unwrapNodes(editor, { match: (node) => Element.isElement(node) && node.type === 'link' });
  if (url === '' || !editor.selection) return;
  const link: TextBlock = { type: 'link', url: safeAddress(url), children: [] };
  if (Range.isCollapsed(editor.selection)) Transforms.insertNodes(editor, { ...link, children: [{ text: url }] });
  else {
    Transforms.wrapNodes(editor, link, { split: true });
    Transforms.collapse(editor, { edge: 'end' });
  }
}

interface Tool {
  label: string;
  /** Outline of the picture on the button, 24 by 24. */
  icon: string;
  active: (editor: Editor) => boolean;
  run: (editor: Editor) => void;
}
const mark = (name: string, label: string, icon: string): Tool => ({
  label,
  icon,
  active: (editor) => marksAt(editor)[name] === true,
  run: (editor) => {
    toggleMark(editor, name);
  },
});
const block = (type: string, label: string, icon: string): Tool => ({
  label,
  icon,
  active: (editor) => holds(editor, (found) => found.type === type),
  run: (editor) => {
    toggleBlock(editor, type);
  },
});
const lines: Readonly<Record<string, string>> = {
  left: 'M4 6h16M4 10h10M4 14h16M4 18h10',
  center: 'M4 6h16M7 10h10M4 14h16M7 18h10',
  right: 'M4 6h16M10 10h10M4 14h16M10 18h10',
  justify: 'M4 6h16M4 10h16M4 14h16M4 18h16',
};
const groups: readonly (readonly Tool[])[] = [
  [
    mark('bold', 'Bold', 'M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z'),
    mark('italic', 'Italic', 'M10 5h8M6 19h8M14 5l-4 14'),
    mark('underline', 'Underline', 'M7 4v7a5 5 0 0 0 10 0V4M5 20h14'),
    mark(
      'strikethrough',
      'Strikethrough',
      'M4 12h16M16 7a4 3 0 0 0-4-2c-3 0-4.5 1.6-4.5 3.4M8 17a4.4 3 0 0 0 4 2c3 0 4.6-1.6 4.6-3.6',
    ),
    mark('code', 'Code', 'm8 7-5 5 5 5M16 7l5 5-5 5'),
  ],
  [
    block('heading-one', 'Heading', 'M5 5v14M13 5v14M5 12h8M17 11l2.5-1.5V19'),
    block('heading-two', 'Subheading', 'M4 5v14M11 5v14M4 12h7M15 12a2.4 2.4 0 1 1 4.4 1.5L15 19h5'),
    block('block-quote', 'Quote', 'M5 7h5v6a4 4 0 0 1-4 4M14 7h5v6a4 4 0 0 1-4 4'),
    block('bulleted-list', 'Bulleted list', 'M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01'),
    block('numbered-list', 'Numbered list', 'M10 6h10M10 12h10M10 18h10M4 5l1.5-1v5M4 14.6a1.4 1.4 0 1 1 2.6.8L4 19h3'),
  ],
  alignments.map((align) => ({
    label: `Align ${align}`,
    icon: lines[align] ?? '',
    active: (editor) => holds(editor, (found) => found.align === align),
    run: (editor) => {
      toggleAlign(editor, align);
    },
  })),
];

export function SlateEditor({
  blocks,
  label,
  placeholder,
  change,
  leave,
}: {
  blocks: readonly TextBlock[];
  label: string;
  placeholder: string;
  change: (blocks: TextBlock[]) => void;
  leave: () => void;
}): ReactNode {
  const [editor] = useState(prepared);
  return (
    <Slate
      editor={editor}
      initialValue={blocks as Descendant[]}
      onValueChange={(value) => {
        change(value as TextBlock[]);
      }}
    >
      <Tools />
      <Editable
        className="q-rich"
        aria-label={label}
        aria-multiline
        placeholder={placeholder}
        renderElement={(props: RenderElementProps) => (
          <BlockView block={props.element} attributes={{ ...props.attributes }}>
            {props.children}
          </BlockView>
        )}
        renderLeaf={(props: RenderLeafProps) => (
          <LeafView leaf={props.leaf} attributes={{ ...props.attributes }}>
            {props.children}
          </LeafView>
        )}
        onBlur={leave}
        onKeyDown={(event) => {
          const name = { b: 'bold', i: 'italic', u: 'underline' }[event.key.toLowerCase()];
          if (!name || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
          event.preventDefault();
          toggleMark(editor, name);
        }}
      />
    </Slate>
  );
}

/** The tool bar is one stop of the Tab key; arrow keys walk through it (WAI-ARIA, tool bar). */
function Tools(): ReactNode {
  const editor = useSlate();
  const [focused, setFocused] = useState(0);
  const [link, setLinkText] = useState<string | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const hold = (event: MouseEvent): void => {
    event.preventDefault();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(bar.current?.querySelectorAll<HTMLElement>('.q-tool') ?? [])];
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const target = { ArrowRight: focused + rtl, ArrowLeft: focused - rtl, Home: 0, End: buttons.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = (target + buttons.length) % buttons.length;
    setFocused(index);
    buttons[index]?.focus();
  };
  let place = -1;
  const button = (tool: Tool): ReactNode => {
    const index = ++place;
    return (
      <button
        key={tool.label}
        type="button"
        className="q-tool"
        title={tool.label}
        aria-label={tool.label}
        aria-pressed={tool.active(editor)}
        tabIndex={index === focused ? 0 : -1}
        onMouseDown={hold}
        onFocus={() => {
          setFocused(index);
        }}
        onClick={() => {
          tool.run(editor);
        }}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={tool.icon} />
        </svg>
      </button>
    );
  };
  const apply = (url: string): void => {
    setLink(editor, url.trim());
    setLinkText(null);
    ReactEditor.focus(editor);
  };
  return (
    <>
      <div ref={bar} className="q-tools" role="toolbar" aria-label="Format" onKeyDown={onKeyDown}>
        {groups.map((group, i) => (
          <span key={i} className="q-tool-group">
            {group.map(button)}
          </span>
        ))}
        {button({
          label: 'Link',
          icon: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3A4 4 0 0 0 10.7 18.2L12 17',
          active: () => holds(editor, (found) => found.type === 'link'),
          run: () => {
            setLinkText(link === null ? 'https://' : null);
          },
        })}
      </div>
      {link === null ? null : (
        <form
          className="q-tool-link"
          onSubmit={(event) => {
            event.preventDefault();
            apply(link);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setLinkText(null);
            ReactEditor.focus(editor);
          }}
        >
          <input
            className="q-field"
            type="text"
            inputMode="url"
            aria-label="Address of the link"
            value={link}
            autoFocus
            onChange={(event) => {
              setLinkText(event.target.value);
            }}
          />
          <button type="submit" className="q-button">
            Set link
          </button>
          <button
            type="button"
            className="q-button q-quiet"
            onClick={() => {
              apply('');
            }}
          >
            Remove
          </button>
        </form>
      )}
    </>
  );
}
