// Draws one node of a page: finds its component and keeps a failure of it from reaching the rest.
import { Component, Suspense, useRef, type ReactNode } from 'react';
import type { Frame } from '../data/scope';
import type { NodeDef } from '../model/page';
import { Custom } from '../components/custom';
import { Placeholder } from '../components/fallback';
import { FramesContext, useFrames, usePage } from './context';
import { builtIn } from './registry';

export interface NodeProps {
  node: NodeDef;
}

export function Node({ id }: { id: string }): ReactNode {
  const page = usePage();
  const node = page.def.nodes.get(id);
  if (!node) return null;
  const Found = page.app.custom.has(node.type) ? Custom : (builtIn(node.type) ?? Placeholder);
  return (
    <Guard
      node={node}
      report={(error) => {
        page.app.log.error(`${page.def.name}: component "${node.type}" (${node.id}): ${String(error)}`);
      }}
    >
      <Suspense fallback={<div className="q-wait" />}>
        <Found node={node} />
      </Suspense>
    </Guard>
  );
}

/** Children in order. */
export function Nodes({ node }: NodeProps): ReactNode {
  return node.nodes.map((id) => <Node key={id} id={id} />);
}

/** A linked part by its slot; nothing when the page has none. */
export function Slot({ node, slot }: NodeProps & { slot: string }): ReactNode {
  const id = node.linked[slot];
  return id === undefined ? null : <Node id={id} />;
}

/** Children that are drawn from the first time on that they are visible. */
export function WhenSeen({ hidden, children }: { hidden: boolean; children: ReactNode }): ReactNode {
  const seen = useRef(!hidden);
  if (!hidden) seen.current = true;
  return seen.current ? children : null;
}

/** One item of an iteration: what is inside sees it under the iterator's name. */
export function Item({ frame, children }: { frame: Frame; children: ReactNode }): ReactNode {
  const frames = useFrames();
  return <FramesContext value={[...frames, frame]}>{children}</FramesContext>;
}

interface GuardProps {
  node: NodeDef;
  report: (error: unknown) => void;
  children: ReactNode;
}

class Guard extends Component<GuardProps, { failed: string | null }> {
  override state = { failed: null as string | null };
  static getDerivedStateFromError(error: unknown): { failed: string } {
    return { failed: String(error) };
  }
  override componentDidCatch(error: unknown): void {
    this.props.report(error);
  }
  override render(): ReactNode {
    return this.state.failed === null ? this.props.children : <Placeholder node={this.props.node} problem={this.state.failed} />;
  }
}
