// Pictures: bound, fixed, or the default one (pages 15.6).
import { useEffect, useState, type ReactNode } from 'react';
import { asText } from '../base/json';
import { Media } from '../data/value';
import { pictureAddress } from '../app/browser';
import type { NodeProps } from '../view/node';
import { clickable, useView } from '../view/view';

export function Image({ node }: NodeProps): ReactNode {
  const view = useView(node, 'image');
  const path = asText(node.props['datasource']);
  const value = view.bound(path);
  const bound = value instanceof Media ? value.uri : typeof value === 'string' ? value : '';
  const [first, second] = path === '' ? ['imgSrc', 'defaultImgSrc'] : ['defaultImgSrc', 'imgSrc'];
  const source = pictureAddress(bound || (value === undefined ? '' : view.text(first) || view.text(second)));
  const [broken, setBroken] = useState('');
  useEffect(() => {
    setBroken('');
  }, [source]);
  const failed = broken !== '' && broken === source;
  const fallback = view.text('defaultImgSrc');
  const shown = failed && fallback !== source ? pictureAddress(fallback) : failed ? '' : source;
  const { style, ...root } = view.root;
  const fit = view.style.objectFit;
  const click = clickable(view);
  const alt = view.text('altText') || view.text('alt');
  return (
    <div {...root} style={style} {...click}>
      {shown !== '' ? (
        <img
          src={shown}
          alt={alt || (click.role ? view.text('serverSideRef') || 'Image' : '')}
          style={fit ? { objectFit: fit } : undefined}
          onError={() => {
            setBroken(source);
          }}
        />
      ) : value === undefined ? null : (
        <MissingImage />
      )}
    </div>
  );
}

/** An image without an address, drawn by the style sheet, so that pages can put a picture of their own there. */
function MissingImage(): ReactNode {
  return <img ref={withoutAddress} className="q-missing-image" alt="Missing image" />;
}

function withoutAddress(image: HTMLImageElement | null): void {
  image?.setAttribute('src', '');
}
