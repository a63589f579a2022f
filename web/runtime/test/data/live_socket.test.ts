import { expect, test, vi } from 'vitest';
import { LiveConnector, type Transports } from '../../src/app/live_socket';
import type { LiveSocket } from '../../src/data/live';

function blank(): LiveSocket {
  return { send: () => {}, close: () => {}, onopen: null, onmessage: null, onclose: null };
}

test('a socket that never opens gives way to events, these to polling', async () => {
  const sockets: LiveSocket[] = [];
  const streams: ReturnType<Transports['events']>[] = [];
  const asked: string[] = [];
  const connector = new LiveConnector('/rest/$changes', {
    socket: () => {
      const socket = blank();
      sockets.push(socket);
      return socket;
    },
    events: () => {
      const stream = { onopen: null, onmessage: null, onerror: null, close: () => {} } as ReturnType<Transports['events']>;
      streams.push(stream);
      return stream;
    },
    fetch: (input) => {
      asked.push(String(input));
      return Promise.resolve(new Response('[{"sequence":4,"events":[]}]'));
    },
  });
  for (let i = 0; i < 2; i++) {
    connector.connect();
    sockets[i]?.onclose?.();
  }
  const byEvents = connector.connect();
  expect(streams.length).toBe(1);
  const got: unknown[] = [];
  byEvents.onmessage = (event) => {
    got.push(event.data);
  };
  streams[0]?.onopen?.();
  streams[0]?.onmessage?.({ data: 'x' });
  byEvents.send('{"subscribe":1}');
  expect(got).toEqual(['x']);
  expect(asked[0]).toMatch(/^\/rest\/\$changes\?\$client=\w+$/);
  streams[0]?.onerror?.();
  for (let i = 1; i < 3; i++) {
    connector.connect();
    streams[i]?.onerror?.();
  }
  const polled = connector.connect();
  const messages: unknown[] = [];
  let opened = false;
  polled.onopen = () => {
    opened = true;
  };
  polled.onmessage = (event) => {
    messages.push(event.data);
  };
  await vi.waitFor(() => {
    expect(messages).toEqual(['{"sequence":4,"events":[]}']);
  });
  expect(opened).toBe(true);
  polled.close();
});

test('an open socket passes everything on', () => {
  const inner = blank();
  const sent: string[] = [];
  inner.send = (text) => {
    sent.push(text);
  };
  const outer = new LiveConnector('/x', {
    socket: () => inner,
    events: () => {
      throw new Error('not wanted');
    },
    fetch: () => Promise.reject(new Error('not wanted')),
  }).connect();
  let closed = 0;
  outer.onclose = () => {
    closed++;
  };
  inner.onopen?.();
  outer.send('a');
  inner.onclose?.();
  expect([sent, closed]).toEqual([['a'], 1]);
});
