// The bridge between the store and React: a component draws again when what it read has changed.
import { useLayoutEffect, useReducer } from 'react';
import { collect, subscribeAll, type Topic } from '../base/reactive';

/** Runs a read while the component is drawn; the component is drawn again when what it read has changed. */
export type Track = <T>(read: () => T) => T;

/** For all reads of one component: it subscribes once, however many there are. */
export function useTracker(): Track {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const topics = new Map<Topic, number>();
  useLayoutEffect(() => subscribeAll(topics, draw));
  return (read) => collect(topics, read);
}

export function useTracked<T>(read: () => T): T {
  return useTracker()(read);
}
