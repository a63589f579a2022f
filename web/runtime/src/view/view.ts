// What every component needs: effective properties, classes, style, event handlers, disabled.
import type { CSSProperties, HTMLAttributes, KeyboardEvent, SyntheticEvent } from 'react';
import { asBoolean, asText, asTexts, type JsonObject } from '../base/json';
import type { Frame } from '../data/scope';
import type { Value } from '../data/value';
import { effectiveProps } from '../logic/effective_props';
import type { PageInstance } from '../logic/page_instance';
import type { NodeDef } from '../model/page';
import { usePlace, type Part, type Place } from './context';
import { useTracker, type Track } from './hooks';
import { styleOf } from './style';

type RootProps = HTMLAttributes<HTMLElement> & { disabled?: boolean };

export interface View {
  node: NodeDef;
  page: PageInstance;
  frames: readonly Frame[];
  /** The composite that it is a part of. */
  part: Part | null;
  props: JsonObject;
  disabled: boolean;
  /** Not displayed at the moment. */
  hidden: boolean;
  /** For the root element. */
  root: RootProps;
  style: CSSProperties;
  fire(event: string, data?: JsonObject): Promise<void>;
  has(event: string): boolean;
  text(name: string): string;
  read(path: string): Value | undefined;
  write(path: string, value: Value): Promise<boolean>;
  /** An edit of the user: the value is written, then *On Change* runs, first that of `around`; *On Blur* waits for both. */
  change(path: string, value: Value, around?: View): Promise<void>;
  /** While the component itself is drawn, not one inside it: it is drawn again when what `read` reads has changed. */
  track: Track;
  /** Value of a path, null for the empty one; followed like `track`. */
  bound(path: string): Value | undefined;
}

export function useView(node: NodeDef, type: string): View {
  const place = usePlace();
  const track = useTracker();
  return track(() => viewOf(node, type, place, track));
}

/** Inside a drawing that is followed as a whole. */
const direct: Track = (read) => read();

/** What is read to make the view is for the caller to follow; so is what a node reads that is drawn without hooks. */
export function viewOf(node: NodeDef, type: string, { page, frames, part }: Place, track: Track = direct): View {
  const props = effectiveProps(page, node);
  const disabled = asBoolean(props['disabled']) || (part?.disabled ?? false);
  const effect = page.effect(asText(props['serverSideRef']));
  const style = styleOf(props['style']);
  // Dialogs are opened and closed instead: page_instance.ts.
  const visible = node.type === 'Dialog' ? undefined : effect?.visible;
  if (visible === false) style.display = 'none';
  else if (visible === true && style.display === 'none') delete style.display;
  const names = [`fd-component`, `fd-${type}`, ...asText(props['className']).split(/\s+/), ...asTexts(props['classNames'])];
  const kept = effect ? [...names.filter((name) => !effect.removed.has(name)), ...effect.added] : names;
  const className = page.app.styles.classes(page.def.name, [...new Set(kept)]);
  const has = (event: string): boolean => node.actions.some((action) => !action.disabled && action.events.has(event));
  const fire = (event: string, data?: JsonObject): Promise<void> =>
    disabled ? Promise.resolve() : page.fire(node, event, data, frames);
  const read = (path: string): Value | undefined => page.scope.read(path, frames);
  return {
    node,
    page,
    frames,
    part,
    props,
    disabled,
    style,
    fire,
    has,
    hidden: style.display === 'none',
    root: {
      className,
      style,
      ...handlers(node, disabled, fire),
      ...(disabled ? { disabled: true, 'aria-disabled': true } : {}),
    },
    text: (name) => asText(props[name]),
    read,
    write: (path, value) => page.scope.write(path, value, frames),
    change: (path, value, around) =>
      page.edit(node, frames, async () => {
        if (path !== '') await page.scope.write(path, value, frames);
        if (around && around.node !== node) await around.fire('onchange');
        await fire('onchange');
      }),
    track,
    bound: (path) => (path === '' ? null : track(() => read(path))),
  };
}

const plainEvents: Readonly<Record<string, string>> = {
  ondblclick: 'onDoubleClick',
  onauxclick: 'onAuxClick',
  onmouseenter: 'onMouseEnter',
  onmouseleave: 'onMouseLeave',
  onkeyup: 'onKeyUp',
  onkeydown: 'onKeyDown',
  onfocus: 'onFocus',
  onblur: 'onBlur',
};

/** The last click that an element heard of. */
const heard = new WeakMap<EventTarget, { stamp: number; target: EventTarget }>();

/** Browsers follow a click on a label with one on its control: what holds both has heard of it already. */
function isEcho({ currentTarget, target, nativeEvent }: SyntheticEvent): boolean {
  const before = heard.get(currentTarget);
  heard.set(currentTarget, { stamp: nativeEvent.timeStamp, target });
  if (before?.stamp !== nativeEvent.timeStamp || before.target === target) return false;
  const labels = (target as HTMLInputElement).labels ?? [];
  return [...labels].some((label) => label.contains(before.target as Node));
}

/** Chains of one click run one after the other, inner first. */
const clicks = new WeakMap<Event, Promise<void>>();
/** Adds to what a click does: begins when everything before it has ended. */
export function chainClick(event: SyntheticEvent, work: () => Promise<void>): void {
  if (!isInside(event) || isEcho(event)) return;
  const before = clicks.get(event.nativeEvent);
  clicks.set(event.nativeEvent, before ? before.then(work) : work());
}

/** The view library also lets events of dialogs reach the components that opened them, outside of which they lie. */
export function isInside({ currentTarget, target }: SyntheticEvent): boolean {
  return currentTarget instanceof globalThis.Node && currentTarget.contains(target as globalThis.Node);
}

function handlers(node: NodeDef, disabled: boolean, fire: View['fire']): RootProps {
  const result: Record<string, (event: SyntheticEvent) => void> = {};
  if (disabled || node.actions.length === 0) return result;
  const events = new Set(node.actions.filter((action) => !action.disabled).flatMap((action) => [...action.events]));
  if (events.has('onclick')) {
    result['onClick'] = (event) => {
      chainClick(event, () => fire('onclick'));
    };
  }
  for (const [name, handler] of Object.entries(plainEvents)) {
    if (!events.has(name)) continue;
    result[handler] = (event) => {
      if (isInside(event)) void fire(name);
    };
  }
  return result;
}

/** Events that only reach what can have the focus. */
const keyEvents = ['onkeydown', 'onkeyup', 'onfocus', 'onblur'];

/** Makes a clickable element that is no button reachable by keyboard. */
export function clickable(view: View, role: 'button' | null = 'button'): RootProps {
  if (view.disabled) return {};
  if (!view.has('onclick')) return keyEvents.some((event) => view.has(event)) ? { tabIndex: 0 } : {};
  const click = view.root.onClick;
  const down = view.root.onKeyDown;
  return {
    tabIndex: 0,
    ...(role ? { role } : {}),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      down?.(event);
      if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
      event.preventDefault();
      if (click) event.currentTarget.click();
    },
  };
}
