// The store's heart: topics that are read and changed, outside of any view library.

type Listener = () => void;

let collector: Map<Topic, number> | null = null;
let depth = 0;
const waiting = new Set<Listener>();

/** Something that can be read and that can change. */
export class Topic {
  private readonly listeners = new Set<Listener>();
  version = 0;

  /** Notes that whoever collects at the moment depends on this topic. */
  read(): void {
    collector?.set(this, this.version);
  }

  /** Tells the listeners, once each at the end of the outermost batch. */
  changed(): void {
    this.version++;
    for (const listener of this.listeners) waiting.add(listener);
    if (depth === 0) flush();
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Number of listeners: tells whether anyone shows this. */
  get watched(): number {
    return this.listeners.size;
  }
}

function flush(): void {
  while (waiting.size > 0) {
    const listeners = [...waiting];
    waiting.clear();
    depth++;
    try {
      for (const listener of listeners) listener();
    } finally {
      depth--;
    }
  }
}

/** Runs `work`; listeners hear of its changes once, when it has ended. */
export function batch<T>(work: () => T): T {
  depth++;
  try {
    return work();
  } finally {
    depth--;
    if (depth === 0) flush();
  }
}

/** Runs `work` and returns its value; what it read is noted in `topics` with the version seen. */
export function collect<T>(topics: Map<Topic, number>, work: () => T): T {
  const before = collector;
  collector = topics;
  try {
    return work();
  } finally {
    collector = before;
  }
}

/** Runs `work` without noting what it reads. */
export function untracked<T>(work: () => T): T {
  const before = collector;
  collector = null;
  try {
    return work();
  } finally {
    collector = before;
  }
}

/** Subscribes `listener` to all topics; calls it at once when one changed since it was collected. */
export function subscribeAll(topics: ReadonlyMap<Topic, number>, listener: Listener): () => void {
  const ends: (() => void)[] = [];
  let late = false;
  for (const [topic, version] of topics) {
    ends.push(topic.subscribe(listener));
    late ||= topic.version !== version;
  }
  if (late) listener();
  return () => {
    for (const end of ends) end();
  };
}

/** Runs `work` now and again after each change of what it read, until the returned function is called. */
export function effect(work: () => void): () => void {
  let end = (): void => {};
  let ended = false;
  const run = (): void => {
    if (ended) return;
    end();
    const topics = new Map<Topic, number>();
    collect(topics, work);
    end = subscribeAll(topics, run);
  };
  run();
  return () => {
    ended = true;
    end();
  };
}

/** A value with a topic. */
export class Cell<T> {
  readonly topic = new Topic();
  constructor(private held: T) {}
  get value(): T {
    this.topic.read();
    return this.held;
  }
  set value(next: T) {
    if (Object.is(next, this.held)) return;
    this.held = next;
    this.topic.changed();
  }
  peek(): T {
    return this.held;
  }
}
