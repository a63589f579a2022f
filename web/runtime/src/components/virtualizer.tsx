// A box for each item, as high as it wants to be (pages 20.2); more are drawn as the end comes near.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { asText } from '../base/json';
import { useTracked } from '../view/hooks';
import { selectItem, useItems } from '../view/items';
import { Item, Node, type NodeProps } from '../view/node';
import '../styles/replacements.css';
import { chainClick, useView } from '../view/view';

const step = 30;

export function Virtualizer({ node }: NodeProps): ReactNode {
  const view = useView(node, 'virtualizer');
  const items = useItems(view);
  const [drawn, setDrawn] = useState(step);
  const end = useRef<HTMLDivElement>(null);
  const count = Math.min(items.length, drawn);
  const current = asText(node.props['currentElement']);
  const selected = useTracked(() => items.indexOf(current === '' ? null : view.read(current)));
  useEffect(() => {
    if (count > 0) items.want(0, count);
  }, [items, count]);
  useEffect(() => {
    const place = end.current;
    if (!place || typeof IntersectionObserver === 'undefined') return undefined;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((entry) => entry.isIntersecting)) setDrawn((before) => before + step);
      },
      { rootMargin: '400px' },
    );
    observer.observe(place);
    return () => {
      observer.disconnect();
    };
  }, [count, items.length > count]);
  const template = node.linked['element'] ?? node.linked['container'];
  return (
    <div {...view.root}>
      <div
        className="virtualizer-list"
        role="list"
        tabIndex={0}
        aria-label={asText(view.props['label']) || 'List'}
        data-orientation={view.text('orientation').toLowerCase() || 'vertical'}
      >
        {Array.from({ length: count }, (_, i) => {
          const value = items.at(i);
          if (value === null || template === undefined) return null;
          return (
            <div
              key={i}
              role="listitem"
              className={`virtualizer-item${i === selected && !view.disabled ? ' selected' : ''}`}
              {...(i === selected ? { 'aria-current': true } : {})}
              onClickCapture={(event) => {
                if (value !== undefined && !view.disabled) chainClick(event, () => selectItem(view, value));
              }}
            >
              {value === undefined ? (
                <div className="q-loading" />
              ) : (
                <Item frame={items.frame(i, value)}>
                  <Node id={template} />
                </Item>
              )}
            </div>
          );
        })}
        {items.length > count ? <div ref={end} className="q-wait" role="presentation" /> : null}
      </div>
    </div>
  );
}
