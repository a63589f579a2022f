import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchOf } from '../../src/app/browser';

function pageThat(fails: boolean) {
  const listeners = new Map<string, () => void>();
  return {
    listeners,
    addEventListener: (name: string, listener: () => void) => listeners.set(name, listener),
    fetch: () => (fails ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(new Response('{}'))),
    setTimeout: (listener: () => void, time: number) => setTimeout(listener, time),
  };
}

const outcome = (asked: Promise<Response>) => {
  const told = { value: 'nothing' };
  asked.then(
    () => (told.value = 'answer'),
    () => (told.value = 'failure'),
  );
  return told;
};

describe('requests of a page that is being left', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells a failure at once while the page stays', async () => {
    const told = outcome(fetchOf(pageThat(true) as unknown as Window)('/rest/$info'));
    await vi.advanceTimersByTimeAsync(0);
    expect(told.value).toBe('failure');
  });

  for (const event of ['beforeunload', 'pagehide'])
    it(`keeps a request that ${event} breaks off to itself`, async () => {
      const page = pageThat(true);
      const ask = fetchOf(page as unknown as Window);
      page.listeners.get(event)?.();
      const told = outcome(ask('/rest/$info'));
      await vi.advanceTimersByTimeAsync(1000);
      expect(told.value).toBe('nothing');
      await vi.advanceTimersByTimeAsync(10_000);
      expect(told.value).toBe('failure'); // the page stayed after all
      const later = outcome(ask('/rest/$info'));
      await vi.advanceTimersByTimeAsync(0);
      expect(later.value).toBe('failure');
    });

  it('gives answers as they come', async () => {
    const page = pageThat(false);
    const ask = fetchOf(page as unknown as Window);
    page.listeners.get('beforeunload')?.();
    const told = outcome(ask('/rest/$info'));
    await vi.advanceTimersByTimeAsync(0);
    expect(told.value).toBe('answer');
  });
});
