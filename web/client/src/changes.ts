// Changes that the server tells of.
import type { Connection } from './connection';
import type { Values } from './types';
import { RestError } from './types';

/** Server-sent events: one stream a subscription, opened again when it breaks. */
export function listenTo(connection: Connection, wanted: Values, listen: (event: Values) => void): () => void {
  const stop = new AbortController();
  const client = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  const address = `/$changes?$client=${client}`;
  let sequence = 0;
  const read = async (): Promise<void> => {
    const stream = await connection.open('GET', address, undefined, { accept: 'text/event-stream' }, stop.signal);
    if (!stream.ok || stream.body === null) throw new RestError(stream.status, []);
    const first = sequence > 0 ? [{ resume: sequence }] : [];
    await connection.json('POST', address, [...first, { subscribe: '1', ...wanted }]);
    const reader = stream.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block
          .split(/\r?\n/)
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).trimStart());
        if (data.length === 0) continue;
        const message = JSON.parse(data.join('\n')) as { sequence?: number; events?: Values[]; end?: string };
        if (message.sequence !== undefined) sequence = message.sequence;
        for (const event of message.events ?? []) listen(event);
        if (message.end !== undefined) stop.abort();
      }
    }
  };
  const run = async (): Promise<void> => {
    for (let pause = 500; !stop.signal.aborted; pause = Math.min(pause * 2, 30_000)) {
      try {
        await read();
        pause = 500;
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof RestError && error.status >= 400 && error.status < 500) {
          listen({ type: 'error', __ERROR: error.errors });
          return;
        }
      }
      await new Promise((resume) => setTimeout(resume, pause));
    }
  };
  void run();
  return () => stop.abort();
}
