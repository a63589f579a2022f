// Draws one node of a page: finds its component and keeps a failure of it from reaching the rest.
import { Component, Suspense, useRef, type ContextType, type ReactNode } from 'react';
import type { Frame } from '../data/scope';
import type { PageInstance } from '../logic/page_instance';
import type { NodeDef } from '../model/page';
import { Custom } from '../components/custom';
import { Placeholder } from '../components/fallback';
import { FramesContext, PageContext, useFrames } from './context';
import { builtIn, mayWait } from './registry';

export interface NodeProps {
  node: NodeDef;
}

/** One component per node: it also catches what fails inside, and waits only where code may still have to come. */
export class Node extends Component<{ id: string }, { failed: string | null }> {
  static override contextType = PageContext;
  declare context: ContextType<typeof PageContext>;
  override state = { failed: null as string | null };
  /** Decided at the first drawing: what is drawn may not move to another place in the tree later. */
  private waits: boolean | null = null;

  static getDerivedStateFromError(error: unknown): { failed: string } {
    return { failed: String(error) };
  }

  private get page(): PageInstance {
    if (!this.context) throw new Error('a component is drawn outside a page');
    return this.context;
  }

  override componentDidCatch(error: unknown): void {
    const { app, def } = this.page;
    const type = def.nodes.get(this.props.id)?.type ?? '';
    app.log.error(`${def.name}: component "${type}" (${this.props.id}): ${String(error)}`);
  }

  override render(): ReactNode {
    const { page } = this;
    const node = page.def.nodes.get(this.props.id);
    if (!node) return null;
    if (this.state.failed !== null) return <Placeholder node={node} problem={this.state.failed} />;
    const custom = page.app.custom.has(node.type);
    const Found = custom ? Custom : (builtIn(node.type) ?? Placeholder);
    this.waits ??= custom || mayWait(node.type);
    if (!this.waits) return <Found node={node} />;
    return (
      <Suspense fallback={<div className="q-wait" />}>
        <Found node={node} />
      </Suspense>
    );
  }
}

// Functions, not components: a page has hundreds of them, and each would be one more thing to draw.

/** Children in order. */
export function childrenOf(node: NodeDef): ReactNode {
  return node.nodes.map((id) => <Node key={id} id={id} />);
}

/** A linked part by its slot; nothing when the page has none. */
export function slotOf(node: NodeDef, slot: string): ReactNode {
  const id = node.linked[slot];
  return id === undefined ? null : <Node key={id} id={id} />;
}

/** Children that are drawn from the first time on that they are visible. */
export function WhenSeen({ hidden, children }: { hidden: boolean; children: ReactNode }): ReactNode {
  return useSeen(hidden) ? children : null;
}

/** Whether something was visible at least once. */
export function useSeen(hidden: boolean): boolean {
  const seen = useRef(!hidden);
  if (!hidden) seen.current = true;
  return seen.current;
}

/** One item of an iteration: what is inside sees it under the iterator's name. */
export function Item({ frame, children }: { frame: Frame; children: ReactNode }): ReactNode {
  const frames = useFrames();
  return <FramesContext value={[...frames, frame]}>{children}</FramesContext>;
}
