// Which components take the focus themselves: a box that holds one is no button for screen readers.
import { asArray, asObject } from '../base/json';
import type { NodeDef, PageDef } from '../model/page';

const passive = new Set(['Container', 'StyleBox', 'Text', 'Image', 'Icon', 'Label', 'Fallback', 'StylishBox', 'Grid', 'Columns']);

/** Whether something inside a component can be operated. */
export function hasInteractive(page: PageDef, id: string): boolean {
  const node = page.nodes.get(id);
  return node !== undefined && [...node.nodes, ...Object.values(node.linked)].some((child) => isInteractive(page, child));
}

/** Whether a component, or something inside it, can be operated. */
export function isInteractive(page: PageDef, id: string): boolean {
  const node = page.nodes.get(id);
  if (!node) return false;
  return (
    !passive.has(node.type) ||
    node.actions.some((action) => action.events.has('onclick')) ||
    (node.type === 'Text' && hasLink(node)) ||
    hasInteractive(page, id)
  );
}

function hasLink(node: NodeDef): boolean {
  return asArray(node.props['doc']).some((paragraph) =>
    asArray(asObject(paragraph)['children']).some((child) => asObject(child)['type'] === 'link'),
  );
}
