// Formatted text as text editors keep it (pages 20.2): blocks in JSON, or HTML reduced to a white list, or plain lines.
import { isObject, parseJson, type Json } from '../base/json';
import { safeAddress } from '../app/browser';

export interface TextLeaf {
  text: string;
  [mark: string]: Json | undefined;
}
export interface TextBlock {
  type: string;
  children: TextNode[];
  align?: string | undefined;
  url?: string | undefined;
}
export type TextNode = TextBlock | TextLeaf;

/** What the source holds, and so what is written back: JSON as text, JSON as a value, or HTML. */
export type TextForm = 'text' | 'value' | 'html';

export interface TextDocument {
  blocks: TextBlock[];
  form: TextForm;
}

const deepest = 20;
const most = 20_000;
export const alignments: readonly string[] = ['left', 'center', 'right', 'justify'];
/** Elements that stand inside a line. */
export const inlineTypes: ReadonlySet<string> = new Set(['link']);

export function isBlock(node: TextNode): node is TextBlock {
  return Array.isArray((node as TextBlock).children);
}

export function readDocument(value: unknown): TextDocument {
  if (Array.isArray(value)) return { blocks: readBlocks(value), form: 'value' };
  const text = typeof value === 'string' ? value : '';
  const parsed = text.trimStart().startsWith('[') ? parseJson(text) : undefined;
  if (Array.isArray(parsed)) return { blocks: readBlocks(parsed), form: 'text' };
  if (htmlTag.test(text)) return { blocks: topLevel(htmlNodes(parseHtml(text).childNodes, {}, deepest)), form: 'html' };
  return { blocks: text.split(/\r\n|\r|\n/).map((line) => paragraph([{ text: line }])), form: 'text' };
}

export function writeDocument(blocks: readonly TextBlock[], form: TextForm): Json {
  if (form === 'html') return blocks.map(toHtml).join('');
  return form === 'value' ? (blocks as unknown as Json) : JSON.stringify(blocks);
}

/** Words without marks. */
export function plainWords(nodes: readonly TextNode[]): string {
  return nodes.map((node) => (isBlock(node) ? plainWords(node.children) : node.text)).join('');
}

function paragraph(children: TextNode[]): TextBlock {
  return { type: 'paragraph', children: children.length > 0 ? children : [{ text: '' }] };
}

// Stored JSON

function readBlocks(source: readonly unknown[]): TextBlock[] {
  const left = { count: most };
  return topLevel(source.flatMap((item) => readNode(item, deepest, left)));
}

/** Blocks only at the top: loose words become paragraphs. */
function topLevel(nodes: readonly TextNode[]): TextBlock[] {
  const blocks: TextBlock[] = [];
  let loose: TextNode[] = [];
  const close = (): void => {
    if (plainWords(loose).trim() !== '') blocks.push(paragraph(loose));
    loose = [];
  };
  for (const node of nodes) {
    if (isBlock(node) && !inlineTypes.has(node.type)) {
      close();
      blocks.push(node);
    } else loose.push(node);
  }
  close();
  return blocks.length > 0 ? blocks : [paragraph([])];
}

function readNode(source: unknown, depth: number, left: { count: number }): TextNode[] {
  if (!isObject(source) || depth === 0 || --left.count < 0) return [];
  if (!Array.isArray(source['children'])) {
    if (typeof source['text'] !== 'string') return [];
    return [{ ...source, text: source['text'] }];
  }
  const children = source['children'].flatMap((child) => readNode(child, depth - 1, left));
  const { align, url, type, ...rest } = source;
  return [
    {
      ...rest,
      type: typeof type === 'string' ? type : 'paragraph',
      ...(typeof align === 'string' ? { align } : {}),
      ...(typeof url === 'string' ? { url } : {}),
      children: children.length > 0 ? children : [{ text: '' }],
    },
  ];
}

// HTML

const htmlTag = /<\/?(p|div|h[1-6]|ul|ol|li|br|b|i|u|s|strong|em|del|a|span|blockquote|img|pre|code)\b[^>]*>/i;
const blockTags: Readonly<Record<string, string>> = {
  P: 'paragraph',
  DIV: 'paragraph',
  PRE: 'paragraph',
  H1: 'heading-one',
  H2: 'heading-two',
  H3: 'heading-two',
  H4: 'heading-two',
  H5: 'heading-two',
  H6: 'heading-two',
  BLOCKQUOTE: 'block-quote',
  UL: 'bulleted-list',
  OL: 'numbered-list',
  LI: 'list-item',
};
const markTags: Readonly<Record<string, string>> = {
  B: 'bold',
  STRONG: 'bold',
  I: 'italic',
  EM: 'italic',
  U: 'underline',
  S: 'strikethrough',
  DEL: 'strikethrough',
  STRIKE: 'strikethrough',
  CODE: 'code',
};
const dropped = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT', 'EMBED', 'NOSCRIPT', 'TITLE', 'HEAD']);

/** A document without a window: nothing in it is loaded or run. */
function parseHtml(text: string): HTMLElement {
  return new DOMParser().parseFromString(text, 'text/html').body;
}

function htmlNodes(nodes: Iterable<Node>, marks: Record<string, boolean>, depth: number): TextNode[] {
  return depth === 0 ? [] : [...nodes].flatMap((node) => htmlNode(node, marks, depth));
}

function htmlNode(node: Node, marks: Record<string, boolean>, depth: number): TextNode[] {
  if (node.nodeType === 3) {
    const text = (node.textContent ?? '').replace(/[ \t\r\n]+/g, ' ');
    return text === '' ? [] : [{ text, ...marks }];
  }
  if (node.nodeType !== 1) return [];
  const element = node as HTMLElement;
  const tag = element.tagName;
  if (dropped.has(tag)) return [];
  if (tag === 'BR') return [{ text: '\n', ...marks }];
  if (tag === 'IMG') return [{ type: 'image', url: element.getAttribute('src') ?? '', children: [{ text: '' }] }];
  const mark = markTags[tag];
  const children = htmlNodes(element.childNodes, mark ? { ...marks, [mark]: true } : marks, depth - 1);
  const filled = children.length > 0 ? children : [{ text: '' }];
  if (tag === 'A') return [{ type: 'link', url: element.getAttribute('href') ?? '', children: filled }];
  const type = blockTags[tag];
  if (!type) return children;
  const align = /text-align:\s*(left|center|right|justify)/i.exec(element.getAttribute('style') ?? '')?.[1]?.toLowerCase();
  return [{ type, ...(align ? { align } : {}), children: filled }];
}

const tags: Readonly<Record<string, string>> = {
  'heading-one': 'h1',
  'heading-two': 'h2',
  'block-quote': 'blockquote',
  'bulleted-list': 'ul',
  'numbered-list': 'ol',
  'list-item': 'li',
};
const htmlMarks: readonly (readonly [string, string])[] = [
  ['code', 'code'],
  ['strikethrough', 's'],
  ['underline', 'u'],
  ['italic', 'em'],
  ['bold', 'strong'],
];

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function toHtml(node: TextNode): string {
  if (!isBlock(node)) {
    const text = escaped(node.text).replace(/\n/g, '<br>');
    return htmlMarks.reduce((inner, [mark, tag]) => (node[mark] === true ? `<${tag}>${inner}</${tag}>` : inner), text);
  }
  const inner = node.children.map(toHtml).join('');
  if (node.type === 'link') return `<a href="${escaped(safeAddress(node.url ?? ''))}">${inner}</a>`;
  if (node.type === 'image') return `<img src="${escaped(node.url ?? '')}" alt="">`;
  const tag = tags[node.type] ?? 'p';
  const align = alignments.includes(node.align ?? '') ? ` style="text-align: ${node.align}"` : '';
  return `<${tag}${align}>${inner}</${tag}>`;
}
