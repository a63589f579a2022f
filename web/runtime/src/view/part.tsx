// Composites of a label and a control: who belongs to whom, and where the label stands.
import { useId, useMemo, type ReactNode } from 'react';
import { asText } from '../base/json';
import { usePage, PartContext, type Part } from './context';
import type { NodeDef } from '../model/page';
import { plainText } from './rich';
import type { View } from './view';

export function PartScope({ node, view, children }: { node: NodeDef; view: View; children: ReactNode }): ReactNode {
  const id = useId();
  const page = usePage();
  const label = page.def.nodes.get(node.linked['label'] ?? '');
  const part = useMemo<Part>(
    () => ({
      id,
      disabled: view.disabled,
      label: plainText(asText(label?.props['text'])).trim(),
      props: view.props,
    }),
    [id, view.disabled, label, view.props],
  );
  return <PartContext value={part}>{children}</PartContext>;
}
