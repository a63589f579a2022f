// File upload: a chosen file goes to the server and touches the attribute (pages 15.12).
import { useId, useRef, useState, type ReactNode } from 'react';
import { asArray, asObject, asText, asTexts, type Json, type JsonObject } from '../base/json';
import { toNumber } from '../data/value';
import { slotOf, type NodeProps } from '../view/node';
import { richText } from '../view/rich';
import { sendFile } from '../view/upload';
import { useView } from '../view/view';

const units: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Largest file in bytes and how it is written, from `size` (`{ value, unit }`) or `fileSizeLimit` (`"2048KB"`). */
export function sizeLimit(props: JsonObject): { bytes: number; text: string } {
  const size = asObject(props['size']);
  const written = /^\s*([\d.]+)\s*(KB|MB|GB)\s*$/i.exec(asText(props['fileSizeLimit']));
  const value = written ? Number(written[1]) : (toNumber(size['value'] ?? null) ?? 0);
  const unit = (written?.[2] ?? asText(size['unit'], 'MB')).toUpperCase();
  if (!(value > 0)) return { bytes: Infinity, text: '' };
  return { bytes: value * (units[unit] ?? units['MB'] ?? 0), text: `${value} ${unit}` };
}

/** Media types of the `accept` filter, from `fileType`: a list of kinds, or one text. */
export function acceptedTypes(source: Json | undefined): string {
  const names =
    typeof source === 'string'
      ? source.split(',')
      : [...asTexts(source), ...asArray(source).map((item) => asText(asObject(item)['value']))];
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => (name.includes('/') || name.startsWith('.') ? name : `${name}/*`))
    .join(',');
}

export function FileUpload({ node }: NodeProps): ReactNode {
  const view = useView(node, 'fileupload');
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState('');
  const path = asText(node.props['datasource']);
  const { app } = view.page;
  const send = async (file: File): Promise<void> => {
    const limit = sizeLimit(view.props);
    if (file.size > limit.bytes) {
      app.toast('error', `The file is larger than ${limit.text}`);
      return;
    }
    setState('sending');
    const problem = await sendFile(view, path, file);
    setState(problem === '' ? file.name : '');
    if (problem !== '') app.toast('error', `The file could not be sent: ${problem}`);
  };
  const position = asText(view.props['iconPosition'], 'hidden');
  const { disabled, ...root } = view.root;
  return (
    <button
      type="button"
      {...root}
      {...(disabled ? { disabled: true } : {})}
      data-icon={position}
      aria-describedby={id}
      onClick={(event) => {
        root.onClick?.(event);
        if (event.target !== input.current) input.current?.click();
      }}
    >
      {position === 'hidden' ? null : slotOf(node, 'icon')}
      <span className="q-button-text">{richText(view.text('text'))}</span>
      <span id={id} className="q-hint" role="status">
        {state === 'sending' ? 'Sending…' : state}
      </span>
      <input
        ref={input}
        type="file"
        hidden
        tabIndex={-1}
        aria-hidden="true"
        accept={acceptedTypes(view.props['fileType']) || undefined}
        onClick={(event) => {
          event.stopPropagation();
        }}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void send(file);
        }}
      />
    </button>
  );
}
