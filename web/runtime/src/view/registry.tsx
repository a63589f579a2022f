// Component names of pages to what draws them. Heavy ones are loaded when a page uses them.
import { lazy, useState, type ComponentType, type ReactNode } from 'react';
import { drawButton } from '../components/button';
import { CheckboxInput, drawCheckbox } from '../components/checkbox';
import { Container, drawStyleBox } from '../components/container';
import { Fallback } from '../components/fallback';
import { Icon } from '../components/icon';
import { Image } from '../components/image';
import { drawLabel, drawTextInput, Input } from '../components/input';
import { drawSelectInput, Select } from '../components/select';
import { drawText } from '../components/text';
import type { Draw, NodeProps } from './node';
import { loadPart, partOf, type Part } from './parts';

export type NodeComponent = ComponentType<NodeProps>;

/** Most of what a page has: boxes and texts that keep nothing of their own. A node draws them itself. */
const drawn: Readonly<Record<string, Draw>> = {
  StyleBox: drawStyleBox,
  Text: drawText,
  Button: drawButton,
  TextInput: drawTextInput,
  Label: drawLabel,
  SelectInput: drawSelectInput,
  Checkbox: drawCheckbox,
};

const plain: Readonly<Record<string, NodeComponent>> = {
  Container,
  Icon,
  Image,
  Input,
  Select,
  CheckboxInput,
  Fallback,
};

interface Load {
  begin(): Promise<NodeComponent>;
  arrived(): boolean;
}
const loads = new Map<NodeComponent, Load>();

/** What has arrived before it is drawn is drawn at once: React holds back what had to wait for some 300 ms. */
function load(part: Part): NodeComponent {
  let arrived: NodeComponent | null = null;
  const begin = async (): Promise<NodeComponent> => (arrived ??= (await loadPart(part)) as NodeComponent);
  const Waiting = lazy(async () => ({ default: await begin() }));
  function Loaded(props: NodeProps): ReactNode {
    const [Part] = useState<NodeComponent>(() => arrived ?? Waiting); // for as long as it is mounted
    return <Part {...props} />;
  }
  loads.set(Loaded, { begin, arrived: () => arrived !== null });
  return Loaded;
}

/** What runs components of packages; only pages that have some need it. */
export const Custom = load(['custom', 'Custom']);

/** Loads what these components need, so that it is there when they are drawn; drawing them tells of what is not. */
export async function loadAhead(names: Iterable<string>): Promise<void> {
  const begun = [...names].map((name) => {
    const component = drawnByNode(name) ? undefined : (builtIn(name) ?? Custom);
    return component && loads.get(component)?.begin();
  });
  await Promise.allSettled(begun);
}

/** Whether drawing a component may have to wait for its code. */
export function mayWait(name: string): boolean {
  const component = builtIn(name);
  const code = component && loads.get(component);
  return code !== undefined && !code.arrived();
}

const loaded = new Map<Part, NodeComponent>();

/** What draws a component without hooks; undefined for the others. */
export function drawnByNode(name: string): Draw | undefined {
  return Object.hasOwn(drawn, name) ? drawn[name] : undefined;
}

export function builtIn(name: string): NodeComponent | undefined {
  if (Object.hasOwn(plain, name)) return plain[name];
  const part = partOf(name);
  if (!part) return undefined;
  let component = loaded.get(part);
  if (!component) loaded.set(part, (component = load(part)));
  return component;
}
