// Rich text with bound values (pages 15.3).
import { Fragment, type CSSProperties, type MouseEvent, type ReactNode } from 'react';
import { asArray, asBoolean, asObject, asText, isObject, type Json, type JsonObject } from '../base/json';
import { isSharedFile, safeAddress } from '../app/browser';
import type { Draw } from '../view/node';
import { formatted } from '../view/shown';
import { clickable, viewOf, type View } from '../view/view';

export const drawText: Draw = (node, place) => {
  const view = viewOf(node, 'text', place);
  return (
    <div {...view.root} {...clickable(view)}>
      {asArray(view.props['doc']).map((paragraph, i) => (
        <p key={i} className="q-row">
          {asArray(asObject(paragraph)['children']).map((child, j) => leafOf(view, asObject(child), j))}
        </p>
      ))}
    </div>
  );
};

function marks(leaf: JsonObject): CSSProperties {
  const lines = [
    asBoolean(leaf['underlined']) || asBoolean(leaf['underline']) ? 'underline' : '',
    asBoolean(leaf['strikethrough']) ? 'line-through' : '',
  ]
    .filter(Boolean)
    .join(' ');
  return {
    ...(asBoolean(leaf['bold']) ? { fontWeight: 700 } : {}),
    ...(asBoolean(leaf['italic']) ? { fontStyle: 'italic' } : {}),
    ...(lines ? { textDecorationLine: lines } : {}),
  };
}

/** Marks of a bound value stand on its first child. */
function childMarks(leaf: JsonObject): CSSProperties {
  return { ...marks(leaf), ...marks(asObject(asArray(leaf['children'])[0])) };
}

function leafOf(view: View, leaf: JsonObject, key: number): ReactNode {
  const type = asText(leaf['type']);
  if (type === 'datasource' || type === 'qodlysource')
    return boundText(view, asText(leaf['datasource'] ?? leaf['qodlysource']), leaf, childMarks(leaf), key);
  if (type === 'link') return linkOf(view, leaf, key);
  if (leaf['isDataSource'] === true) return boundText(view, asText(leaf['text']), leaf, marks(leaf), key);
  if (type === 'paragraph' || (leaf['text'] === undefined && leaf['children'] !== undefined))
    return <Fragment key={key}>{asArray(leaf['children']).map((child, i) => leafOf(view, asObject(child), i))}</Fragment>;
  return plainLeaf(asText(leaf['text']), marks(leaf), key);
}

function plainLeaf(text: string, style: CSSProperties, key: number): ReactNode {
  if (text === '') return null;
  return (
    <span key={key} className={text.trim() === '' ? 'q-text q-whitespace' : 'q-text'} style={style}>
      {lines(text)}
    </span>
  );
}

/** Characters that control and show nothing: fonts would draw a box. */
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

function lines(source: string): ReactNode {
  const text = source.replace(unseen, '');
  const parts = text.split('\n');
  return parts.length === 1
    ? text
    : parts.map((part, i) => (
        <Fragment key={i}>
          {i > 0 ? <br /> : null}
          {part}
        </Fragment>
      ));
}

function boundText(view: View, path: string, leaf: JsonObject, style: CSSProperties, key: number): ReactNode {
  const { text, colour } = formatted(view, path, asText(leaf['format']), asText(leaf['dsType']));
  return (
    <span key={key} className="q-text q-datasource" title={text} style={colour === '' ? style : { ...style, color: colour }}>
      {lines(text)}
    </span>
  );
}

function linkOf(view: View, leaf: JsonObject, key: number): ReactNode {
  const bound = asBoolean(leaf['isDatasource']);
  const address = safeAddress(bound ? formatted(view, asText(leaf['datasource']), '', '').text : asText(leaf['url']));
  const file = isSharedFile(address);
  const newTab = asText(leaf['target'], '_blank') !== '_self';
  const open = (event: MouseEvent): void => {
    if (file) {
      event.preventDefault();
      view.page.app.browser.open(address, newTab);
    }
  };
  return (
    <a
      key={key}
      className="q-link"
      href={address || undefined}
      onClick={open}
      {...(newTab && !file ? { target: '_blank', rel: 'noopener noreferrer' } : {})}
    >
      {asArray(leaf['children'] as Json | undefined).map((child, i) => leafOf(view, isObject(child) ? child : {}, i))}
    </a>
  );
}
