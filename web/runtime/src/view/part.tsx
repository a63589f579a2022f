// Composites of a label and a control: who belongs to whom, and where the label stands.
import { useId, useMemo } from 'react';
import { asText } from '../base/json';
import { usePage, type Part } from './context';
import type { NodeDef } from '../model/page';
import { plainText } from './rich';
import type { View } from './view';

/** What the parts of the composite `node` are told, through `PartContext`. */
export function usePartScope(node: NodeDef, view: View): Part {
  const id = useId();
  const page = usePage();
  const label = page.def.nodes.get(node.linked['label'] ?? '');
  return useMemo<Part>(
    () => ({
      id,
      disabled: view.disabled,
      label: plainText(asText(label?.props['text'])).trim(),
      props: view.props,
    }),
    [id, view.disabled, label, view.props],
  );
}
