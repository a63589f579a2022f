// Rich text with bound values (pages 15.3).
import { Fragment, type CSSProperties, type MouseEvent, type ReactNode } from 'react';
import { asArray, asBoolean, asObject, asText, isObject, type Json, type JsonObject } from '../base/json';
import { isSharedFile, safeAddress } from '../app/browser';
import { usePage } from '../view/context';
import type { NodeProps } from '../view/node';
import { useFormatted, useShown } from '../view/shown';
import { clickable, useView } from '../view/view';

export function Text({ node }: NodeProps): ReactNode {
  const view = useView(node, 'text');
  return (
    <div {...view.root} {...clickable(view)}>
      {asArray(view.props['doc']).map((paragraph, i) => (
        <p key={i} className="q-row">
          {asArray(asObject(paragraph)['children']).map((child, j) => leafOf(asObject(child), j))}
        </p>
      ))}
    </div>
  );
}

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

function leafOf(leaf: JsonObject, key: number): ReactNode {
  const type = asText(leaf['type']);
  if (type === 'datasource' || type === 'qodlysource')
    return <Bound key={key} path={asText(leaf['datasource'] ?? leaf['qodlysource'])} leaf={leaf} style={childMarks(leaf)} />;
  if (type === 'link') return <Link key={key} leaf={leaf} />;
  if (leaf['isDataSource'] === true) return <Bound key={key} path={asText(leaf['text'])} leaf={leaf} style={marks(leaf)} />;
  if (type === 'paragraph' || (leaf['text'] === undefined && leaf['children'] !== undefined))
    return <Fragment key={key}>{asArray(leaf['children']).map((child, i) => leafOf(asObject(child), i))}</Fragment>;
  return <Plain key={key} text={asText(leaf['text'])} style={marks(leaf)} />;
}

function Plain({ text, style }: { text: string; style: CSSProperties }): ReactNode {
  if (text === '') return null;
  return (
    <span className={text.trim() === '' ? 'q-text q-whitespace' : 'q-text'} style={style}>
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

function Bound({ path, leaf, style }: { path: string; leaf: JsonObject; style: CSSProperties }): ReactNode {
  const { text, colour } = useFormatted(path, asText(leaf['format']), asText(leaf['dsType']));
  return (
    <span className="q-text q-datasource" title={text} style={colour === '' ? style : { ...style, color: colour }}>
      {lines(text)}
    </span>
  );
}

function Link({ leaf }: { leaf: JsonObject }): ReactNode {
  const page = usePage();
  const bound = useShown(asBoolean(leaf['isDatasource']) ? asText(leaf['datasource']) : '', '', '');
  const address = safeAddress(asBoolean(leaf['isDatasource']) ? bound : asText(leaf['url']));
  const file = isSharedFile(address);
  const newTab = asText(leaf['target'], '_blank') !== '_self';
  const open = (event: MouseEvent): void => {
    if (file) {
      event.preventDefault();
      page.app.browser.open(address, newTab);
    }
  };
  return (
    <a
      className="q-link"
      href={address || undefined}
      onClick={open}
      {...(newTab && !file ? { target: '_blank', rel: 'noopener noreferrer' } : {})}
    >
      {asArray(leaf['children'] as Json | undefined).map((child, i) => leafOf(isObject(child) ? child : {}, i))}
    </a>
  );
}
