// Tab strip with one box per tab (pages 15.16).
import { useId, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { asArray, asObject, asText } from '../base/json';
import { slotOf, WhenSeen, type NodeProps } from '../view/node';
import { richText } from '../view/rich';
import { chainClick, useView } from '../view/view';

export function Tabs({ node }: NodeProps): ReactNode {
  const view = useView(node, 'tabs');
  const [wanted, setActive] = useState(0);
  const id = useId();
  const strip = useRef<HTMLDivElement>(null);
  const tabs = asArray(view.props['tabs']).map((raw) => {
    const item = asObject(raw);
    return { id: asText(item['id']), title: asText(item['title']) };
  });

  const active = Math.min(wanted, Math.max(tabs.length - 1, 0));
  const choose = (index: number): void => {
    if (index === active || view.disabled) return;
    setActive(index);
    void view.fire('onchange', { index });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const target = { ArrowRight: active + rtl, ArrowLeft: active - rtl, Home: 0, End: tabs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = (target + tabs.length) % tabs.length;
    choose(index);
    strip.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  };
  const { onClick, ...root } = view.root;
  /** Which tab was clicked goes with the event; beside the tabs it is the open one. */
  const click = (event: MouseEvent<HTMLElement>): void => {
    const tab = (event.target as HTMLElement).closest('[role=tab]');
    const place = [...(strip.current?.children ?? [])].findIndex((item) => item === tab);
    chainClick(event, () => view.fire('onclick', { index: place < 0 ? active : place }));
  };
  return (
    <div {...root} {...(onClick ? { onClick: click } : {})} data-variant={view.text('variant') || 'line'}>
      <div ref={strip} role="tablist" className="q-tablist" onKeyDown={onKeyDown}>
        {tabs.map((tab, i) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-t${i}`}
            aria-controls={`${id}-p${i}`}
            aria-selected={i === active}
            data-headlessui-state={i === active ? 'selected' : ''}
            tabIndex={i === active ? 0 : -1}
            className={`q-tab${i === active ? ' selected' : ''}`}
            {...(view.disabled ? { disabled: true } : {})}
            onClick={() => {
              choose(i);
            }}
          >
            {richText(tab.title)}
          </button>
        ))}
      </div>
      {tabs.map((tab, i) => (
        <div
          key={tab.id}
          role="tabpanel"
          id={`${id}-p${i}`}
          aria-labelledby={`${id}-t${i}`}
          hidden={i !== active}
          className="q-tabpanel"
          tabIndex={0}
        >
          <WhenSeen hidden={i !== active}>{slotOf(node, tab.id)}</WhenSeen>
        </div>
      ))}
    </div>
  );
}
