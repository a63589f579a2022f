// One chain of actions at a time for each component and event (pages 6).

const replaceable = new Set(['onchange', 'onmouseenter', 'onmouseleave', 'onclick', 'ondblclick', 'oncellmouseenter']);

interface Line {
  running: Promise<void>;
  waiting: { work: () => Promise<void>; done: () => void }[];
}

export class EventQueue {
  private readonly lines = new Map<string, Line>();

  /** Runs `work` when the chains before it have ended. Of waiting changes and mouse events only the newest is kept. */
  run(id: string, event: string, work: () => Promise<void>): Promise<void> {
    const key = `${id}|${event}`;
    const line = this.lines.get(key);
    if (line) {
      return new Promise((done) => {
        if (replaceable.has(event)) {
          for (const old of line.waiting) old.done();
          line.waiting.length = 0;
        }
        line.waiting.push({ work, done });
      });
    }
    return this.start(key, work);
  }

  private start(key: string, work: () => Promise<void>): Promise<void> {
    const line: Line = { running: Promise.resolve(), waiting: [] };
    this.lines.set(key, line);
    line.running = this.drain(key, line, work);
    return line.running;
  }

  private async drain(key: string, line: Line, first: () => Promise<void>): Promise<void> {
    try {
      await first();
    } finally {
      void this.next(key, line);
    }
  }

  private async next(key: string, line: Line): Promise<void> {
    for (let item = line.waiting.shift(); item; item = line.waiting.shift()) {
      try {
        await item.work();
      } finally {
        item.done();
      }
    }
    this.lines.delete(key);
  }
}
