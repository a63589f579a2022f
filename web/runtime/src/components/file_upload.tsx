// File upload: a chosen file goes to the server and touches the attribute (pages 15.12).
import { useId, useRef, useState, type ReactNode } from 'react';
import { asArray, asNumber, asObject, asText, asTexts, type Json } from '../base/json';
import { Media } from '../data/value';
import { RestError } from '../rest/errors';
import { Slot, type NodeProps } from '../view/node';
import { richText } from '../view/rich';
import { useView } from '../view/view';

const units: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

export function sizeLimit(source: Json | undefined): number {
  const size = asObject(source);
  const value = asNumber(size['value'], 0);
  return value > 0 ? value * (units[asText(size['unit'], 'MB').toUpperCase()] ?? units['MB'] ?? 0) : Infinity;
}

export function FileUpload({ node }: NodeProps): ReactNode {
  const view = useView(node, 'fileupload');
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState('');
  const path = asText(node.props['datasource']);
  const { app, scope } = view.page;
  const types = [
    ...asTexts(view.props['fileType']),
    ...asArray(view.props['fileType']).map((item) => asText(asObject(item)['value'])),
  ]
    .filter(Boolean)
    .map((type) => (type.includes('/') || type.startsWith('.') ? type : `${type}/*`));

  const send = async (file: File): Promise<void> => {
    const limit = sizeLimit(view.props['size']);
    if (file.size > limit) {
      app.toast(
        'error',
        `The file is larger than ${asText(asObject(view.props['size'])['value']) || asNumber(asObject(view.props['size'])['value'], 0)} ${asText(asObject(view.props['size'])['unit'], 'MB')}`,
      );
      return;
    }
    const place = scope.entityOf(path, view.frames);
    const picture = place
      ? place.entity.dataclass.attributes.get(place.attribute)?.type === 'image'
      : file.type.startsWith('image/');
    setState('sending');
    try {
      const upload = await app.client.upload(file, picture);
      await view.write(path, new Media(URL.createObjectURL(file), picture, upload, file.name));
      setState(file.name);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      setState('');
      app.toast('error', `The file could not be sent: ${error.message}`);
    }
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
      {position === 'hidden' ? null : <Slot node={node} slot="icon" />}
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
        accept={types.join(',') || undefined}
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
