// What flows down the tree: the page instance, the iterated items, the composite that a part belongs to.
import { createContext, useContext } from 'react';
import type { Frame } from '../data/scope';
import type { PageInstance } from '../logic/page_instance';

export interface Part {
  id: string;
  disabled: boolean;
  label: string;
  props: Readonly<Record<string, unknown>>;
}

/** Where something is drawn. */
export interface Place {
  page: PageInstance;
  frames: readonly Frame[];
  part: Part | null;
}
export const PlaceContext = createContext<Place | null>(null);

export function placed(place: Place | null): Place {
  if (!place) throw new Error('a component is drawn outside a page');
  return place;
}

export function usePlace(): Place {
  return placed(useContext(PlaceContext));
}
export function usePage(): PageInstance {
  return usePlace().page;
}
export function usePart(): Part | null {
  return usePlace().part;
}
