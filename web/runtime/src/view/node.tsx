// Draws one node of a page: finds its component and keeps a failure of it from reaching the rest.
import { Suspense, useRef, type ContextType, type ReactNode } from 'react';
import type { Frame } from '../data/scope';
import type { NodeDef } from '../model/page';
import { Placeholder } from '../components/fallback';
import { placed, PlaceContext, usePlace, type Place } from './context';
import { builtIn, Custom, drawnByNode, mayWait } from './registry';
import { Tracked } from './tracked';

export interface NodeProps {
  node: NodeDef;
}

/** What a node that is drawn without hooks keeps from one drawing to the next. */
export interface Memory {
  seen?: boolean;
  /** What is told to the parts of a composite, and what that was made of. */
  inside?: Place;
  around?: Place;
}

/** Draws a component that needs no hooks: what it reads is followed by its node. */
export type Draw = (node: NodeDef, place: Place, memory: Memory) => ReactNode;

/** One component per node: it also catches what fails inside, and waits only where code may still have to come. */
export class Node extends Tracked<{ id: string }, { failed: string | null }> {
  static override contextType = PlaceContext;
  declare context: ContextType<typeof PlaceContext>;
  override state = { failed: null as string | null };
  /** Decided at the first drawing: what is drawn may not move to another place in the tree later. */
  private waits: boolean | null = null;
  private readonly memory: Memory = {};
  /** Why drawing it failed here, not inside of a component. */
  private broken: string | null = null;

  static getDerivedStateFromError(error: unknown): { failed: string } {
    return { failed: String(error) };
  }

  override componentDidCatch(error: unknown): void {
    this.report(error);
  }

  private report(error: unknown): void {
    const { app, def } = placed(this.context).page;
    const type = def.nodes.get(this.props.id)?.type ?? '';
    app.log.error(`${def.name}: component "${type}" (${this.props.id}): ${String(error)}`);
  }

  override render(): ReactNode {
    const place = placed(this.context);
    const { app, def } = place.page;
    const node = def.nodes.get(this.props.id);
    if (!node) return null;
    const problem = this.state.failed ?? this.broken;
    if (problem !== null) return <Placeholder node={node} problem={problem} />;
    const custom = app.custom.has(node.type);
    const draw = custom ? undefined : drawnByNode(node.type);
    if (draw) return this.drawn(draw, node, place);
    const Found = custom ? Custom : (builtIn(node.type) ?? Placeholder);
    this.waits ??= custom || mayWait(node.type);
    if (!this.waits) return <Found node={node} />;
    return (
      <Suspense fallback={<div className="q-wait" />}>
        <Found node={node} />
      </Suspense>
    );
  }

  private drawn(draw: Draw, node: NodeDef, place: Place): ReactNode {
    try {
      return this.followed(() => draw(node, place, this.memory));
    } catch (error) {
      this.report(error);
      this.broken = String(error);
      return <Placeholder node={node} problem={this.broken} />;
    }
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
  const seen = useRef(!hidden);
  if (!hidden) seen.current = true;
  return seen.current ? children : null;
}

/** One item of an iteration: what is inside sees it under the iterator's name. */
export function Item({ frame, children }: { frame: Frame; children: ReactNode }): ReactNode {
  const place = usePlace();
  return <PlaceContext value={{ ...place, frames: [...place.frames, frame] }}>{children}</PlaceContext>;
}
