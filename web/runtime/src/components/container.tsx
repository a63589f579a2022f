// Page root and style boxes.
import { useEffect, useRef, useState, type CSSProperties, type ReactNode, type RefObject } from 'react';
import { asBoolean, type JsonObject } from '../base/json';
import type { PageInstance } from '../logic/page_instance';
import type { NodeDef } from '../model/page';
import { childrenOf, type Draw, type NodeProps } from '../view/node';
import { clickable, useView, viewOf } from '../view/view';
import { hasInteractive } from '../view/interactive';

/** Whether components of a page stand apart: its own choice before the application's. */
export function isAiry(page: PageInstance, props: JsonObject): boolean {
  return asBoolean(props['airyMode'], page.app.settings.airy);
}

export function Container({ node }: NodeProps): ReactNode {
  const view = useView(node, 'page');
  const { parent } = view.page;
  const className = `${view.root.className ?? ''}${isAiry(view.page, view.props) ? ' q-airy' : ''}`;
  const root = useRef<HTMLDivElement>(null);
  const stop = useScrollStop(root);
  return (
    <div
      {...view.root}
      ref={root}
      {...(parent ? {} : { role: 'main' })}
      {...(stop ? { tabIndex: 0 } : {})}
      className={className}
      style={reachable(view.style)}
    >
      {childrenOf(node)}
    </div>
  );
}

/** What a page centres and is larger than the page begins where one can scroll to. */
function reachable(style: CSSProperties): CSSProperties {
  return {
    ...style,
    ...(style.alignItems === 'center' ? { alignItems: 'safe center' } : {}),
    ...(style.justifyContent === 'center' ? { justifyContent: 'safe center' } : {}),
  };
}

const focusable = 'a[href],button,input,select,textarea,iframe,[tabindex="0"]';

/** A page that scrolls and holds nothing to stop at is a stop of the Tab key itself: arrow keys then scroll it. */
function useScrollStop(root: RefObject<HTMLElement | null>): boolean {
  const [stop, setStop] = useState(false);
  useEffect(() => {
    const element = root.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const look = (): void => {
      setStop(element.scrollHeight > element.clientHeight && element.querySelector(focusable) === null);
    };
    const observer = new ResizeObserver(look);
    for (const part of [element, ...element.children]) observer.observe(part);
    return () => {
      observer.disconnect();
    };
  }, [root]);
  return stop;
}

/** Whether a box can be a button: nothing inside of it can be operated. Asked once: pages do not change. */
const roles = new WeakMap<NodeDef, 'button' | null>();
function roleOf(page: PageInstance, node: NodeDef): 'button' | null {
  let role = roles.get(node);
  if (role === undefined) roles.set(node, (role = hasInteractive(page.def, node.id) ? null : 'button'));
  return role;
}

export const drawStyleBox: Draw = (node, place, memory) => {
  const view = viewOf(node, 'stylebox', place);
  memory.seen ||= !view.hidden; // what is hidden from the start is drawn when it is first seen
  const click = view.has('onclick') ? roleOf(view.page, node) : null;
  return (
    <div {...view.root} {...clickable(view, click)}>
      {memory.seen ? childrenOf(node) : null}
    </div>
  );
};
