// Pages of the first versions of matrices: what stands inside names an item by the current element of the matrix, where later
// pages say $This. Such a matrix gets that name as the name of its iterator.
import { asArray, asText, isObject, type Json } from '../base/json';
import type { NodeDef } from './page';
import { parsePath, pathList } from './path';

export function nameOldIterators(nodes: Map<string, NodeDef>): void {
  for (const node of [...nodes.values()]) {
    if (node.type !== 'Matrix' || asText(node.props['iterator']) !== '') continue;
    const current = parsePath(asText(node.props['currentElement']));
    if (!current || current.steps.length > 0) continue;
    const inside = [...within(node, nodes)];
    if (inside.some(saysThis) || !inside.some((inner) => shown(inner).some((path) => parsePath(path)?.root === current.root)))
      continue;
    nodes.set(node.id, { ...node, props: { ...node.props, iterator: current.root } });
  }
}

/** The nodes of a tree below one; the tree has no cycles. */
function* within(node: NodeDef, nodes: ReadonlyMap<string, NodeDef>): Generator<NodeDef> {
  for (const id of [...node.nodes, ...Object.values(node.linked)]) {
    const child = nodes.get(id);
    if (!child) continue;
    yield child;
    yield* within(child, nodes);
  }
}

const saysThis = (node: NodeDef): boolean => JSON.stringify([node.props, ...node.overrides.values()]).includes('$This');

/** Paths whose values a node shows. */
function shown(node: NodeDef): string[] {
  const leaves = node.type === 'Text' ? leavesOf(node.props['doc']) : [];
  return [...leaves, ...pathList(asText(node.props['datasource']))];
}

function leavesOf(source: Json | undefined): string[] {
  return asArray(source).flatMap((raw) => {
    if (!isObject(raw)) return [];
    const bound = raw['isDataSource'] === true ? raw['text'] : (raw['datasource'] ?? raw['qodlysource']);
    return [asText(bound), ...leavesOf(raw['children'])];
  });
}
