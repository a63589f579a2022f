// Fixed choices (pages 15.8).
import { useEffect, useRef, useState, type ReactNode, type SelectHTMLAttributes } from 'react';
import { asArray, asBoolean, asObject, asText, type Json } from '../base/json';
import type { Value } from '../data/value';
import { slotOf, type Draw, type NodeProps } from '../view/node';
import { withParts } from '../view/part';
import { plainText } from '../view/rich';
import { typeOf } from '../view/shown';
import { toScalar } from '../data/value';
import { useView, viewOf } from '../view/view';

export interface Option {
  label: string;
  value: string;
  id: string;
}

export function readOptions(source: Json | undefined): Option[] {
  return asArray(source).map((raw, i) => {
    const item = asObject(raw);
    const value = item['value'];
    const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
    return { value: text, label: asText(item['label'], text), id: asText(item['id'], String(i)) };
  });
}

export function textOf(value: Value | undefined): string {
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value);
}

export const drawSelectInput: Draw = (node, place, memory) => {
  const view = viewOf(node, 'selectinput', place);
  const position = asText(view.props['labelPosition'], 'left');
  return withParts(
    view,
    place,
    memory,
    <div {...view.root} data-label={position}>
      {position === 'hidden' ? null : slotOf(node, 'label')}
      {slotOf(node, 'select')}
    </div>,
  );
};

export function Select({ node }: NodeProps): ReactNode {
  const view = useView(node, 'select');
  const { part } = view;
  const path = asText(node.props['datasource']);
  const value = view.bound(path);
  const options = readOptions(view.props['options']);
  const standard = view.text('defaultValue');
  const [own, setOwn] = useState<string | null>(null);
  const current = path === '' ? (own ?? '') : textOf(value);
  const known = (text: string): boolean => options.some((option) => option.value === text);
  const emptied = own === '' && current === '';
  const chosen = known(current) ? current : known(standard) && !emptied ? standard : '';
  const empty = asBoolean(view.props['showEmptyOption']);
  const convert = (text: string): Value =>
    text === '' ? (known('') ? '' : null) : (toScalar(typeOf(view.page, path, view.frames) || 'string', text) ?? text);

  const waits = path !== '' && (value === null || value === '') && known(standard) && current !== standard;
  // The default counts until the user has chosen: the empty choice is one, too.
  const touched = useRef(false);
  useEffect(() => {
    if (waits && !touched.current) void view.write(path, convert(standard));
  }, [waits]);

  const { className, ...root } = view.root;
  return (
    <select
      {...(root as SelectHTMLAttributes<HTMLSelectElement>)}
      {...(part ? { id: part.id } : {})}
      className={`q-field ${className ?? ''}`}
      value={chosen}
      {...(!part || part.props['labelPosition'] === 'hidden'
        ? { 'aria-label': part?.label || view.text('placeholder') || 'Choice' }
        : {})}
      onChange={(event) => {
        const next = convert(event.target.value);
        touched.current = true;
        setOwn(event.target.value);
        void view.change(path, next);
      }}
    >
      {empty || !known(chosen) ? (
        <option value="" hidden={!empty}>
          {plainText(view.text('placeholder'))}
        </option>
      ) : null}
      {options.map((option) => (
        <option key={option.id} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
