import { expect, test, vi } from 'vitest';
import { LiveConnector, type Transports } from '../../src/app/live_socket';
import type { LiveSocket } from '../../src/data/live';

function blank(): LiveSocket {
  return { send: () => {}, close: () => {}, onopen: null, onmessage: null, onclose: null };
}

interface Ways {
  connector: LiveConnector;
  sockets: LiveSocket[];
  streams: ReturnType<Transports['events']>[];
  asked: string[];
  server: { status: number; away: boolean };
}

function ways(): Ways {
  const sockets: LiveSocket[] = [];
  const streams: ReturnType<Transports['events']>[] = [];
  const asked: string[] = [];
  const server = { status: 200, away: false };
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
      if (server.away) return Promise.reject(new TypeError('away'));
      return Promise.resolve(new Response('[{"sequence":4,"events":[]}]', { status: server.status }));
    },
  });
  return { connector, sockets, streams, asked, server };
}

/** Connects and waits until the connection has ended. */
async function fails(connector: LiveConnector, end: () => void): Promise<void> {
  const connection = connector.connect();
  const closed = new Promise<void>((resolve) => {
    connection.onclose = resolve;
  });
  end();
  await closed;
}

test('a socket that never opens gives way to events, these to polling', async () => {
  const { connector, sockets, streams, asked } = ways();
  for (let i = 0; i < 2; i++) await fails(connector, () => sockets.at(-1)?.onclose?.());
  expect(asked).toEqual(['/rest/$info/privileges', '/rest/$info/privileges']);
  for (let i = 0; i < 2; i++) await fails(connector, () => streams.at(-1)?.onerror?.());
  expect([sockets.length, streams.length]).toEqual([2, 2]);
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
  }, 60_000);
  expect(opened).toBe(true);
  expect(asked.at(-1)).toMatch(/^\/rest\/\$changes\?\$client=\w+&\$poll=true$/);
  polled.close();
});

test('a socket that is closed as soon as it is open gives way, too', async () => {
  const { connector, sockets, streams } = ways();
  for (let i = 0; i < 2; i++)
    await fails(connector, () => {
      sockets.at(-1)?.onopen?.();
      sockets.at(-1)?.onclose?.();
    });
  connector.connect();
  expect(streams.length).toBe(1);
});

test('events carry everything; when they end, the socket is tried again', async () => {
  const { connector, sockets, streams, asked } = ways();
  for (let i = 0; i < 2; i++) await fails(connector, () => sockets.at(-1)?.onclose?.());
  const byEvents = connector.connect();
  const got: unknown[] = [];
  byEvents.onmessage = (event) => {
    got.push(event.data);
  };
  streams[0]?.onopen?.();
  streams[0]?.onmessage?.({ data: 'x' });
  byEvents.send('{"subscribe":1}');
  expect(got).toEqual(['x']);
  expect(asked.at(-1)).toMatch(/^\/rest\/\$changes\?\$client=\w+$/);
  streams[0]?.onerror?.();
  connector.connect();
  expect([sockets.length, streams.length]).toEqual([3, 1]);
});

test.each([
  ['no answer', { status: 200, away: true }],
  ['no server behind the proxy', { status: 502, away: false }],
])('a server that is away is no reason for another way: %s', async (_, how) => {
  const { connector, sockets, streams, server } = ways();
  Object.assign(server, how);
  for (let i = 0; i < 5; i++) await fails(connector, () => sockets.at(-1)?.onclose?.());
  expect([sockets.length, streams.length]).toEqual([5, 0]);
});

test('an open socket passes everything on', () => {
  const { connector, sockets } = ways();
  const sent: string[] = [];
  const outer = connector.connect();
  const inner = sockets[0] ?? blank();
  inner.send = (text) => {
    sent.push(text);
  };
  let closed = 0;
  outer.onclose = () => {
    closed++;
  };
  inner.onopen?.();
  outer.send('a');
  inner.onmessage?.({ data: 'x' });
  inner.onclose?.();
  expect([sent, closed]).toEqual([['a'], 1]);
});
