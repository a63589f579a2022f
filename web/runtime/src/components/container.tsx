// Page root and style boxes.
import { useMemo, type ReactNode } from 'react';
import { asBoolean } from '../base/json';
import { usePage } from '../view/context';
import { Nodes, WhenSeen, type NodeProps } from '../view/node';
import { clickable, useView } from '../view/view';
import { hasInteractive } from '../view/interactive';

export function Container({ node }: NodeProps): ReactNode {
  const view = useView(node, 'page');
  const { app, parent } = usePage();
  const airy = asBoolean(view.props['airyMode'], app.settings.airy);
  const className = `${view.root.className ?? ''}${airy ? ' q-airy' : ''}`;
  return (
    <div {...view.root} {...(parent ? {} : { role: 'main' })} className={className}>
      <Nodes node={node} />
    </div>
  );
}

export function StyleBox({ node }: NodeProps): ReactNode {
  const view = useView(node, 'stylebox');
  const page = usePage();
  const role = useMemo(() => (hasInteractive(page.def, node.id) ? null : 'button'), [page.def, node.id]);
  return (
    <div {...view.root} {...clickable(view, role)}>
      <WhenSeen hidden={view.hidden}>
        <Nodes node={node} />
      </WhenSeen>
    </div>
  );
}
