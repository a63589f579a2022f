// Ways to the server's live updates: a WebSocket, else server-sent events, else polling (pages 5.6). Same messages on all.
import type { LiveSocket } from '../data/live';

export interface Transports {
  socket(address: string): LiveSocket;
  events(address: string): {
    onopen: (() => void) | null;
    onmessage: ((event: { data: unknown }) => void) | null;
    onerror: (() => void) | null;
    close(): void;
  };
  fetch: typeof fetch;
}

const pollPause = 10_000;
const triesBeforeNext = 2;
const shortLife = 3000;
const openWithin = 10_000;

/**
 * Makes connections one after the other. A way that twice did not open, or closed at once, gives way to the next, as long as
 * the server answers ordinary requests; after a connection that was good the first way is tried again.
 */
export class LiveConnector {
  private way: 'socket' | 'events' | 'poll' = 'socket';
  private failures = 0;
  private readonly client = Math.random().toString(36).slice(2) + Date.now().toString(36);

  constructor(
    private readonly address: string,
    private readonly transports: Transports,
  ) {}

  connect(): LiveSocket {
    if (this.way === 'poll') return this.poll();
    return this.watched(this.way === 'socket' ? this.transports.socket(this.address) : this.events());
  }

  /** Counts connections that close without ever having been open. */
  private watched(inner: LiveSocket): LiveSocket {
    let opened = 0;
    let good = false;
    const outer: LiveSocket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (text) => {
        inner.send(text);
      },
      close: () => {
        clearTimeout(patience);
        inner.onclose = null; // an end of our own says nothing about the way
        inner.close();
      },
    };
    // Some proxies keep back what does not end: such a connection never opens, and never fails.
    const patience = setTimeout(() => {
      inner.close();
      inner.onclose?.();
    }, openWithin);
    inner.onopen = () => {
      clearTimeout(patience);
      opened = Date.now();
      outer.onopen?.();
    };
    inner.onmessage = (event) => {
      good = true;
      outer.onmessage?.(event);
    };
    inner.onclose = () => {
      clearTimeout(patience);
      inner.onclose = null;
      if (good || (opened > 0 && Date.now() - opened >= shortLife)) {
        this.worked();
        outer.onclose?.();
      } else
        void this.failed().then(() => {
          outer.onclose?.();
        });
    };
    return outer;
  }

  private worked(): void {
    this.way = 'socket';
    this.failures = 0;
  }

  /** A server that is away says nothing about the way to it. */
  private async failed(): Promise<void> {
    const reached = await this.transports
      .fetch(this.address.replace(/\$changes$/, '$info/privileges'), { credentials: 'same-origin' })
      .then(({ status }) => status < 500)
      .catch(() => false);
    if (!reached || ++this.failures < triesBeforeNext) return;
    this.way = this.way === 'socket' ? 'events' : 'poll';
    this.failures = 0;
  }

  private post(text: string): void {
    void this.transports
      .fetch(`${this.address}?$client=${this.client}`, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json' },
        body: `[${text}]`,
      })
      .catch(() => undefined);
  }

  /** A socket that sends by requests; who makes it calls its listeners. */
  private posting(close: () => void): LiveSocket {
    return {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (text) => {
        this.post(text);
      },
      close,
    };
  }

  private events(): LiveSocket {
    const source = this.transports.events(`${this.address}?$client=${this.client}`);
    const socket = this.posting(() => {
      source.close();
    });
    source.onopen = () => {
      socket.onopen?.();
    };
    source.onmessage = (event) => {
      socket.onmessage?.(event);
    };
    source.onerror = () => {
      source.close();
      socket.onclose?.();
    };
    return socket;
  }

  private poll(): LiveSocket {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    let opened = false;
    const socket = this.posting(() => {
      ended = true;
      clearTimeout(timer);
    });
    const ask = async (): Promise<void> => {
      try {
        const answer = await this.transports.fetch(`${this.address}?$client=${this.client}&$poll=true`, {
          credentials: 'same-origin',
        });
        const messages: unknown = answer.ok ? await answer.json() : null;
        if (ended) return;
        if (!Array.isArray(messages)) throw new Error('no messages');
        if (!opened) {
          opened = true;
          socket.onopen?.();
        }
        for (const message of messages) socket.onmessage?.({ data: JSON.stringify(message) });
        timer = setTimeout(() => {
          void ask();
        }, pollPause);
      } catch {
        if (opened) this.worked();
        if (!ended) socket.onclose?.();
      }
    };
    timer = setTimeout(() => {
      void ask();
    }, 0);
    return socket;
  }
}

export const realTransports: Transports = {
  socket: (address) => new WebSocket(new URL(address, window.location.href.replace(/^http/, 'ws'))) as unknown as LiveSocket,
  events: (address) => new EventSource(address) as unknown as ReturnType<Transports['events']>,
  fetch: (input, init) => fetch(input, init),
};
