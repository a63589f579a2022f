// What is typed is handed on after a pause, or at once (pages 15.7).
import { useEffect, useRef, useState } from 'react';

export const commitPause = 300;

export interface Pause<T> {
  /** Hands the value on when nothing else comes within the pause. */
  later(value: T): void;
  /** Hands on what waits. */
  now(): void;
  /** Forgets what waits. */
  drop(): void;
}

/**
 * What still waits is handed on when the component goes, and when news of the server are about to be taken over (`typing` of
 * the datasource manager), so that they meet it as an edit.
 */
export function usePause<T>(take: (value: T) => void, typing: Set<() => void>): Pause<T> {
  const latest = useRef(take);
  latest.current = take;
  const [pause] = useState((): Pause<T> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waiting: { value: T } | null = null;
    const drop = (): void => {
      clearTimeout(timer);
      waiting = null;
      typing.delete(now);
    };
    const now = (): void => {
      const held = waiting;
      drop();
      if (held) latest.current(held.value);
    };
    const later = (value: T): void => {
      drop();
      waiting = { value };
      typing.add(now);
      timer = setTimeout(now, commitPause);
    };
    return { later, now, drop };
  });
  useEffect(() => pause.now, [pause]);
  return pause;
}
