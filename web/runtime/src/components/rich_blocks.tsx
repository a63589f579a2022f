// Formatted text as elements: for reading, and as the pieces of the editor (pages 20.2).
import type { CSSProperties, ReactNode } from 'react';
import { pictureAddress, safeAddress } from '../app/browser';
import { plainColour } from '../css/palette';
import { alignments, isBlock, type TextBlock, type TextLeaf, type TextNode } from './text_document';

export function RichBlocks({ nodes }: { nodes: readonly TextNode[] }): ReactNode {
  return nodes.map((node, i) =>
    isBlock(node) ? (
      <BlockView key={i} block={node}>
        <RichBlocks nodes={node.children} />
      </BlockView>
    ) : (
      <LeafView key={i} leaf={node}>
        {node.text}
      </LeafView>
    ),
  );
}

type Attributes = Readonly<Record<string, unknown>>;

/** One block or link; `attributes` are those that the editor wants on its element. */
export function BlockView({
  block,
  attributes = {},
  children,
}: {
  block: TextBlock;
  attributes?: Attributes;
  children: ReactNode;
}): ReactNode {
  const rest = attributes;
  const align = alignments.includes(block.align ?? '') ? (block.align as CSSProperties['textAlign']) : undefined;
  const style: CSSProperties | undefined = align ? { textAlign: align } : undefined;
  switch (block.type) {
    case 'heading-one':
      return (
        <h1 {...rest} style={style}>
          {children}
        </h1>
      );
    case 'heading-two':
      return (
        <h2 {...rest} style={style}>
          {children}
        </h2>
      );
    case 'block-quote':
      return (
        <blockquote {...rest} style={style}>
          {children}
        </blockquote>
      );
    case 'bulleted-list':
      return (
        <ul {...rest} style={style}>
          {children}
        </ul>
      );
    case 'numbered-list':
      return (
        <ol {...rest} style={style}>
          {children}
        </ol>
      );
    case 'list-item':
      return (
        <li {...rest} style={style}>
          {children}
        </li>
      );
    case 'link':
      return (
        <a {...rest} className="q-link" href={safeAddress(block.url ?? '')} target="_blank" rel="noopener noreferrer">
          {children}
        </a>
      );
    case 'image':
      return (
        <div {...rest}>
          <img contentEditable={false} src={pictureAddress(block.url ?? '') || undefined} alt="" />
          {children}
        </div>
      );
    case 'video':
      return (
        <div {...rest}>
          <a
            contentEditable={false}
            className="q-link"
            href={safeAddress(block.url ?? '')}
            target="_blank"
            rel="noopener noreferrer"
          >
            {block.url}
          </a>
          {children}
        </div>
      );
    default:
      return (
        <p {...rest} style={style}>
          {children}
        </p>
      );
  }
}

export function LeafView({
  leaf,
  attributes = {},
  children,
}: {
  leaf: TextLeaf;
  attributes?: Attributes;
  children: ReactNode;
}): ReactNode {
  let inner = children;
  if (leaf['bold'] === true) inner = <strong>{inner}</strong>;
  if (leaf['code'] === true) inner = <code>{inner}</code>;
  if (leaf['italic'] === true) inner = <em>{inner}</em>;
  if (leaf['underline'] === true) inner = <u>{inner}</u>;
  if (leaf['strikethrough'] === true) inner = <s>{inner}</s>;
  const color = plainColour(leaf['color']);
  const backgroundColor = plainColour(leaf['backgroundColor']);
  const style = { ...(color ? { color } : {}), ...(backgroundColor ? { backgroundColor } : {}) };
  return (
    <span {...attributes} style={style}>
      {inner}
    </span>
  );
}
