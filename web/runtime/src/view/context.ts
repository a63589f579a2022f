// What flows down the tree: the page instance, the iterated items, the composite that a part belongs to.
import { createContext, useContext } from 'react';
import type { Frame } from '../data/scope';
import type { PageInstance } from '../logic/page_instance';

export const PageContext = createContext<PageInstance | null>(null);
export const FramesContext = createContext<readonly Frame[]>([]);

export interface Part {
  id: string;
  disabled: boolean;
  label: string;
  props: Readonly<Record<string, unknown>>;
}
export const PartContext = createContext<Part | null>(null);

export function usePage(): PageInstance {
  const page = useContext(PageContext);
  if (!page) throw new Error('a component is drawn outside a page');
  return page;
}

export function useFrames(): readonly Frame[] {
  return useContext(FramesContext);
}
export function usePart(): Part | null {
  return useContext(PartContext);
}
