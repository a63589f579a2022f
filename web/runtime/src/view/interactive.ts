// Which components take the focus themselves: a box that holds one is no button for screen readers.
import type { PageDef } from '../model/page';

const passive = new Set(['StyleBox', 'Text', 'Image', 'Icon', 'Label', 'Fallback', 'StylishBox']);

export function hasInteractive(page: PageDef, id: string): boolean {
  const node = page.nodes.get(id);
  if (!node) return false;
  return [...node.nodes, ...Object.values(node.linked)].some((child) => {
    const found = page.nodes.get(child);
    return (
      found !== undefined &&
      (!passive.has(found.type) || found.actions.some((action) => action.events.has('onclick')) || hasInteractive(page, child))
    );
  });
}
