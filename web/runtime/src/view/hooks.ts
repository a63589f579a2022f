// The bridge between the store and React: a component draws again when what it read has changed.
import { useLayoutEffect, useReducer } from 'react';
import { collect, subscribeAll, type Topic } from '../base/reactive';

export function useTracked<T>(read: () => T): T {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const topics = new Map<Topic, number>();
  const value = collect(topics, read);
  useLayoutEffect(() => subscribeAll(topics, draw));
  return value;
}
