// Composites of a label and a control: who belongs to whom, and where the label stands.
import type { ReactNode } from 'react';
import { asText } from '../base/json';
import { PlaceContext, type Part, type Place } from './context';
import type { Memory } from './node';
import { plainText } from './rich';
import type { View } from './view';

let count = 0;

/** Draws a composite: what is inside knows that it is a part of it. */
export function withParts(view: View, place: Place, memory: Memory, children: ReactNode): ReactNode {
  return <PlaceContext value={inside(view, place, memory)}>{children}</PlaceContext>;
}

/** The same object as long as nothing has changed: whoever is inside draws again with each other one. */
function inside(view: View, place: Place, memory: Memory): Place {
  const label = plainText(asText(view.page.def.nodes.get(view.node.linked['label'] ?? '')?.props['text'])).trim();
  const before = memory.inside;
  const part = before?.part;
  if (before && part?.disabled === view.disabled && part.label === label && part.props === view.props && memory.around === place)
    return before;
  memory.around = place;
  const next: Part = { id: part?.id ?? `q-part-${++count}`, disabled: view.disabled, label, props: view.props };
  return (memory.inside = { ...place, part: next });
}
