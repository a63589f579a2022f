// What stands for components that cannot be drawn (pages 15.19, 20.3).
import { useEffect, type ReactNode } from 'react';
import { asText } from '../base/json';
import { usePage } from '../view/context';
import { childrenOf, slotOf, type NodeProps } from '../view/node';
import { useView } from '../view/view';

export function Fallback({ node }: NodeProps): ReactNode {
  const view = useView(node, 'fallback');
  const page = usePage();
  const missing = asText(view.props['componentName']) || asText(view.props['name']);
  useEffect(() => {
    page.app.log.warn(`${page.def.name}: the component "${missing}" was missing when the page was saved`);
  }, [page, missing]);
  return <div {...view.root}>{childrenOf(node)}</div>;
}

/** A box of the node's size with the children of its linked boxes; it names the component where developers look. */
export function Placeholder({ node, problem }: NodeProps & { problem?: string }): ReactNode {
  const view = useView(node, 'unknown');
  const page = usePage();
  const text = problem ?? `The package of the component "${node.type}" cannot run here`;
  useEffect(() => {
    page.app.log.warn(`${page.def.name}: ${text} (${node.id})`);
  }, [page, text, node.id]);
  const preview = page.app.settings.preview;
  return (
    <div {...view.root} data-component={node.type} className={`${view.root.className ?? ''}${preview ? ' q-placeholder' : ''}`}>
      {preview ? <span className="q-placeholder-text">{text}</span> : null}
      {problem === undefined ? (
        <>
          {childrenOf(node)}
          {Object.keys(node.linked).map((slot) => slotOf(node, slot))}
        </>
      ) : null}
    </div>
  );
}
