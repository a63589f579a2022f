import { describe, expect, test, vi } from 'vitest';
import { effect } from '../../src/base/reactive';
import type { Json, JsonObject } from '../../src/base/json';
import type { Entity } from '../../src/data/entity';
import { LiveUpdates, type LiveSocket } from '../../src/data/live';
import type { Selection } from '../../src/data/selection';
import { build, chain, ent, run, sel, std, type ScenarioWorld } from './scenario';

interface Live {
  world: ScenarioWorld;
  /** All but what the page believes of its privileges. */
  sent: JsonObject[];
  believed: JsonObject[];
  sockets: LiveSocket[];
  push(...events: JsonObject[]): Promise<void>;
  sync(): Promise<void>;
  id(name: string): number;
  hooks: string[];
  live: LiveUpdates;
}

async function start(sources: Json[], uses: string[], show: string[]): Promise<Live> {
  const world = await build({ sources, uses });
  const sent: JsonObject[] = [];
  const believed: JsonObject[] = [];
  const sockets: LiveSocket[] = [];
  const hooks: string[] = [];
  effect(() => {
    for (const path of show) world.page.scope.read(path);
  });
  for (const path of show) {
    await world.page.value(path);
    await world.app.manager.quiet();
  }
  const connect = (): LiveSocket => {
    const socket: LiveSocket = {
      send: (text) => {
        const message = JSON.parse(text) as JsonObject;
        ('privileges' in message ? believed : sent).push(message);
      },
      close: () => {},
      onopen: null,
      onmessage: null,
      onclose: null,
    };
    sockets.push(socket);
    return socket;
  };
  const live = new LiveUpdates(world.app.manager, connect, {
    lost: () => {
      hooks.push('lost');
    },
    restored: () => {
      hooks.push('restored');
    },
    ended: () => {
      hooks.push('ended');
    },
    privileges: () => {
      hooks.push('privileges');
    },
    held: () => ['player'],
  });
  const sync = async (): Promise<void> => {
    await world.app.manager.quiet();
    live.sync();
  };
  await sync();
  sockets[0]?.onopen?.();
  let sequence = 0;
  return {
    world,
    sent,
    believed,
    sockets,
    sync,
    hooks,
    live,
    push: async (...events) => {
      sockets.at(-1)?.onmessage?.({ data: JSON.stringify({ sequence: ++sequence, events }) });
      await world.app.manager.quiet();
    },
    id: (key) =>
      Number(
        sent.find((message) => 'subscribe' in message && (message['dataclass'] === key || message['key'] === key))?.[
          'subscribe'
        ] ?? -1,
      ),
  };
}

describe('live updates', () => {
  test('a used selection is subscribed with its set, attributes and window; its element comes with it', async () => {
    const { sent, world } = await start(chain, ['books.title', 'book.pages'], ['books.length', 'book.title']);
    expect(sent).toEqual([
      {
        subscribe: 1,
        dataclass: 'Book',
        set: (world.page.scope.read('books') as Selection).set,
        attributes: ['pages', 'title'],
        window: [0, 12],
      },
    ]);
  });
  test('a standalone entity is subscribed by its key', async () => {
    const { sent } = await start([ent('b')], ['b.title'], ['b.title']);
    expect(sent).toEqual([{ subscribe: 1, dataclass: 'Book', key: '1', attributes: ['title'] }]);
  });
  test('what nobody shows is not subscribed', async () => {
    expect((await start(chain, ['books.title'], [])).sent).toEqual([]);
  });
  test('live: false is not subscribed', async () => {
    expect((await start([sel('books', { live: false })], ['books.title'], ['books.length'])).sent).toEqual([]);
  });
  test('a source that is no longer used is unsubscribed', async () => {
    const { sent, world, sync } = await start(chain, ['books.title'], ['books.length']);
    await world.app.manager.commit(null, () => {
      world.page.scope.find('', 'books')?.clear();
    });
    await sync();
    expect(sent.at(-1)).toEqual({ unsubscribe: 1 });
  });
  test('update: values are taken over, onChange fires once for each source', async () => {
    const { push, world } = await start(chain, ['books.title', 'books.pages'], ['books.length', 'book.title']);
    world.events.length = 0;
    await push(
      { id: 1, type: 'update', key: '1', stamp: 2, values: { title: 'Live' } },
      { id: 1, type: 'update', key: '1', stamp: 3, values: { pages: 5 } },
    );
    expect(world.page.scope.read('book.title')).toBe('Live');
    expect((world.page.scope.read('book') as Entity).stamp).toBe(3);
    expect(world.events.sort()).toEqual(['book:onchange', 'books:onchange']);
  });
  test('own changes are ignored', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    world.events.length = 0;
    await push({ id: 1, type: 'update', key: '1', stamp: 1, values: { title: 'Old news' } });
    expect(world.page.scope.read('book.title')).toBe('Tidal Maps 1');
    expect(world.events).toEqual([]);
  });
  test('a related value changes without a new stamp of the entity', async () => {
    const { push, world } = await start(chain, ['books.title', 'books.author.name'], ['books.length', 'book.author.name']);
    world.events.length = 0;
    const author = world.page.scope.read('book.author') as Entity;
    const values = { title: 'Old news', author: { __KEY: author.key, __STAMP: 2, name: 'Renamed' } };
    await push({ id: 1, type: 'update', key: '1', stamp: 1, values });
    expect(world.page.scope.read('book.author.name')).toBe('Renamed');
    expect(world.page.scope.read('book.title')).toBe('Tidal Maps 1');
  });
  test('an unsaved edit is never overwritten; the other value is offered', async () => {
    const { push, world } = await start(chain, ['books.title', 'books.pages'], ['books.length', 'book.title']);
    await world.page.scope.write('book.title', 'Mine');
    await push({ id: 1, type: 'update', key: '1', stamp: 2, values: { title: 'Theirs', pages: 9 } });
    const entity = world.page.scope.read('book') as Entity;
    expect(entity.get('title')).toBe('Mine');
    expect(entity.get('pages')).toBe(9);
    expect(entity.conflicts.get('title')).toEqual({ theirs: 'Theirs' });
    expect(entity.stamp).toBe(1);
  });
  test('remove: dropped', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    await push({ id: 1, type: 'remove', key: '1', why: 'dropped' });
    expect(world.page.scope.read('books.length')).toBe(11);
    expect(world.page.scope.read('book')).toBe(null);
    expect(world.page.scope.read('books.0.title')).toBe('Quiet Harbour 2');
  });
  test('remove of what this tab has dropped itself: nothing happens, the current element stays null', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    await run(world, [std('remove', 'book')], 'onclick');
    expect(world.page.scope.read('book')).toBe(null);
    world.server.log.length = 0;
    world.events.length = 0;
    await push({ id: 1, type: 'remove', key: '1', why: 'dropped' });
    await world.app.manager.quiet();
    expect([world.page.scope.read('book'), world.page.scope.read('books.length')]).toEqual([null, 11]);
    expect([world.server.log.length, world.events]).toEqual([0, []]);
  });
  test('remove of an entity that is not loaded: the length is corrected, what is shown is placed again', async () => {
    const { push, world } = await start([sel('books', { pageSize: 4 })], ['books.title'], ['books.length', 'books.0.title']);
    const held = world.page.scope.read('books') as Selection;
    expect([held.length, held.loadedRows]).toEqual([12, 4]);
    world.server.tables.get('Book')?.delete('9');
    for (const set of world.server.sets.values()) set.keys = set.keys.filter((key) => key !== '9');
    world.events.length = 0;
    await push({ id: 1, type: 'remove', key: '9', why: 'dropped' });
    await vi.waitFor(() => {
      expect(held.length).toBe(11);
    }, 60_000);
    expect(held.loadedRows).toBe(4);
    expect(world.page.scope.read('books.0.title')).toBe('Tidal Maps 1');
    expect(world.events).toEqual(['books:onchange']);
    await held.load(8, 1);
    expect(held.at(8)?.key).toBe('10');
  });
  test('an update that overtakes the page it belongs to is not lost', async () => {
    const { push, world } = await start([sel('books', { pageSize: 4 })], ['books.title'], ['books.length', 'books.0.title']);
    const held = world.page.scope.read('books') as Selection;
    const loading = held.load(4, 1);
    await Promise.resolve();
    await push({ id: 1, type: 'update', key: '5', stamp: 2, values: { title: 'Live' } });
    await loading;
    await world.app.manager.quiet();
    expect(held.at(4)?.get('title')).toBe('Live');
  });
  test('remove: left keeps the current element', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    await push({ id: 1, type: 'remove', key: '1', why: 'left' });
    expect(world.page.scope.read('books.length')).toBe(11);
    expect(world.page.scope.read('book.title')).toBe('Tidal Maps 1');
  });
  test('remove: an entity with unsaved edits stays, marked', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    await world.page.scope.write('book.title', 'Mine');
    await push({ id: 1, type: 'remove', key: '1', why: 'dropped' });
    expect((world.page.scope.read('book') as Entity).deletedElsewhere).toBe(true);
  });
  test('an entity that was dropped before it could be followed', async () => {
    const { push, world } = await start([ent('b')], ['b.title'], ['b.title']);
    await push({ id: 1, type: 'error', __ERROR: [{ errCode: 1543, message: 'Cannot load entity# 1' }] });
    expect(world.page.scope.read('b')).toBe(null);
    expect(world.problems).toEqual([]);
  });
  test('remove of a standalone entity', async () => {
    const { push, world } = await start([ent('b')], ['b.title'], ['b.title']);
    await push({ id: 1, type: 'remove', key: '1', why: 'hidden' });
    expect(world.page.scope.read('b')).toBe(null);
  });
  test('add: the length is corrected, the new one is loaded when shown', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    world.server.table('Book').set('13', { key: '13', stamp: 1, values: { ID: 13, title: 'Thirteen' } });
    world.server.sets.get((world.page.scope.read('books') as Selection).set)?.keys.push('13');
    world.events.length = 0;
    await push({ id: 1, type: 'add', count: 13 });
    expect(world.page.scope.read('books.length')).toBe(13);
    expect(world.events).toEqual(['books:onchange']);
    await world.page.value('books.12.title');
    await world.app.manager.quiet();
    expect(world.page.scope.read('books.12.title')).toBe('Thirteen');
  });
  test('refresh reloads and keeps the current element', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    world.server.elsewhere('Book', '1', { title: 'Fresh' });
    await push({ id: 1, type: 'refresh' });
    expect(world.page.scope.read('book.title')).toBe('Fresh');
  });
  test('stale: what is shown is read again, in one request; edits stay', async () => {
    const { push, world } = await start(chain, ['books.title', 'books.pages'], ['books.length', 'book.title', 'books.1.title']);
    (world.page.scope.read('book') as Entity).set('pages', 7);
    for (const row of world.server.tables.get('Book')?.values() ?? []) {
      row.values['title'] = `Fresh ${row.key}`;
      row.values['pages'] = 9;
    }
    world.events.length = 0;
    world.server.log.length = 0;
    await push({ id: 1, type: 'stale' }, { id: 1, type: 'stale' });
    await vi.waitFor(() => {
      expect(world.page.scope.read('book.title')).toBe('Fresh 1');
    }, 60_000);
    expect(world.page.scope.read('books.1.title')).toBe('Fresh 2');
    expect(world.page.scope.read('book.pages')).toBe(7);
    expect(world.server.log.length).toBe(1);
    expect(world.events.sort()).toEqual(['book:onchange', 'books:onchange']);
  });
  test('stale: what is not shown is forgotten and read when it is shown', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    await push({ id: 1, type: 'stale' });
    const held = world.page.scope.read('books') as Selection;
    await vi.waitFor(() => {
      expect(held.loadedRows).toBe(1);
    }, 60_000);
    expect(held.length).toBe(12);
  });
  test('stale: a standalone entity', async () => {
    const { push, world } = await start([ent('b')], ['b.title'], ['b.title']);
    Object.assign(world.server.tables.get('Book')?.get('1')?.values ?? {}, { title: 'Fresh' });
    await push({ id: 1, type: 'stale', within: 1 });
    await vi.waitFor(() => {
      expect(world.page.scope.read('b.title')).toBe('Fresh');
    }, 60_000);
  });
  test('unknown ids, types and broken messages do nothing', async () => {
    const { push, sockets, world } = await start(chain, ['books.title'], ['books.length']);
    await push({ id: 99, type: 'update', key: '1' }, { id: 1, type: 'sing' }, { id: 1, type: 'update', key: '777', stamp: 5 });
    sockets[0]?.onmessage?.({ data: 'no json' });
    expect(world.page.scope.read('books.length')).toBe(12);
  });
  test('after a lost connection it connects again, resumes and tells', async () => {
    const { sockets, sent, push, hooks } = await start(chain, ['books.title'], ['books.length']);
    await push({ id: 1, type: 'update', key: '1', stamp: 2, values: { title: 'x' } });
    vi.useFakeTimers();
    sockets[0]?.onclose?.();
    vi.advanceTimersByTime(700);
    expect(sockets.length).toBe(2);
    sockets[1]?.onclose?.();
    vi.advanceTimersByTime(5000);
    expect(hooks).toEqual(['lost']);
    expect(sockets.length).toBeGreaterThan(2);
    sent.length = 0;
    sockets.at(-1)?.onopen?.();
    vi.useRealTimers();
    expect(sent[0]).toEqual({ resume: 1 });
    expect(sent[1]).toMatchObject({ subscribe: 1 });
    expect(hooks).toEqual(['lost', 'restored']);
  });
  test('the end of the session is told, and nothing connects by itself', async () => {
    const { sockets, hooks } = await start(chain, ['books.title'], ['books.length']);
    vi.useFakeTimers();
    sockets[0]?.onmessage?.({ data: JSON.stringify({ end: 'session' }) });
    sockets[0]?.onclose?.();
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    expect(hooks).toEqual(['ended']);
    expect(sockets.length).toBe(1);
  });
  test('a refused subscription is told to developers', async () => {
    const { push, world } = await start(chain, ['books.title'], ['books.length']);
    const warnings: string[] = [];
    vi.spyOn(world.app.manager.log, 'warn').mockImplementation((text) => void warnings.push(text));
    await push({ id: 1, type: 'error', __ERROR: [{ message: 'Not for you', errCode: 1557 }] });
    expect(warnings).toEqual(['source "books" is not live: Not for you']);
  });
  test('what may not be read any more leaves the screen, what is typed stays', async () => {
    const { push, world, hooks } = await start(
      [...chain, ent('b')],
      ['books.title', 'b.title'],
      ['books.length', 'book.title', 'b.title'],
    );
    (world.page.scope.read('b') as Entity).set('title', 'Typed');
    const refusal = { status: 401, errors: [{ errCode: 1557, message: 'No' }], more: {} };
    world.server.intercept = (request) => (request.path.startsWith('/Book') ? refusal : null);
    await push(
      { id: 1, type: 'error', __ERROR: [{ errCode: 1557, message: 'No' }] },
      { id: 2, type: 'error', __ERROR: [{ errCode: 1557, message: 'No' }] },
    );
    expect(world.page.scope.read('book')).toBe(null);
    expect(world.page.scope.read('books.length')).toBe(0);
    expect(world.page.scope.read('b.title')).toBe('Typed');
    world.server.intercept = () => null;
    world.app.manager.retry(true);
    await vi.waitFor(() => {
      expect(world.page.scope.read('books.length')).toBe(12);
    }, 60_000);
    expect(hooks).toEqual([]);
  });
  test('a set that the server has lost is made anew and followed', async () => {
    const { push, sync, sent, world } = await start(chain, ['books.title'], ['books.length', 'book.title']);
    const held = world.page.scope.read('books') as Selection;
    const before = held.set;
    world.server.sets.clear();
    await push({ id: 1, type: 'error', __ERROR: [{ errCode: 1802, message: 'Gone' }] });
    await vi.waitFor(() => {
      expect(held.set).not.toBe(before);
    }, 60_000);
    await sync();
    expect(sent.at(-1)).toMatchObject({ subscribe: 1, set: held.set });
    expect(world.problems).toEqual([]);
  });
  test('with other privileges: values that the server leaves out go, what is typed stays', async () => {
    const { live, world } = await start(
      chain,
      ['books.title', 'books.price', 'books.author.name'],
      ['books.length', 'book.author.name', 'book.price'],
    );
    (world.page.scope.read('book') as Entity).set('title', 'Typed');
    expect(world.page.scope.read('book.author.name')).toBe('A. Dahl');
    const read = world.app.client.entity.bind(world.app.client);
    vi.spyOn(world.app.client, 'entity').mockImplementation(async (...of) => {
      const raw = await read(...of);
      delete raw['author'];
      delete raw['title'];
      return raw;
    });
    live.withdraw();
    await vi.waitFor(() => {
      expect(world.page.scope.read('book.author')).toBe(null);
    }, 60_000);
    expect(world.page.scope.read('book.title')).toBe('Typed');
    expect(world.page.scope.read('book.price')).not.toBe(null);
  });
  test('what may not be read any more leaves a list that is just being read, and one that is not live', async () => {
    const { world, live } = await start(
      [sel('books'), sel('still', { live: false })],
      ['books.title', 'books.price', 'still.title', 'still.price'],
      ['books.length', 'still.length'],
    );
    const shown = ['books', 'still'].map((name) => (world.page.scope.read(name) as Selection).at(1) as Entity);
    for (const entity of shown)
      effect(() => {
        entity.get('title');
      });
    expect(shown.map((entity) => entity.peek('title'))).not.toContain(null);
    const read = world.app.client.selection.bind(world.app.client);
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    vi.spyOn(world.app.client, 'selection').mockImplementation(async (...of) => {
      const raw = await read(...of);
      if (of[1]?.filter === undefined) await slow;
      for (const each of raw.entities) delete each['title'];
      return raw;
    });
    vi.spyOn(world.app.client, 'entity').mockImplementation(async (...of) => ({ __KEY: String(of[1]) }) as never);
    const reading = (world.page.scope.read('books') as Selection).reload();
    live.sync();
    live.withdraw();
    answer();
    await reading;
    await vi.waitFor(() => {
      expect(shown.map((entity) => entity.peek('title'))).toEqual([null, null]);
    }, 60_000);
  });
  test('who is about to show a row that is forgotten hears of it, and reads it anew', async () => {
    const { world } = await start([sel('books')], ['books.title'], ['books.length']);
    const books = world.page.scope.read('books') as Selection;
    const seen: (Entity | null | undefined)[] = [];
    effect(() => {
      books.topic.read();
      books.want(0, 3);
      seen.push(books.at(1));
    });
    books.keepShown();
    await world.app.manager.quiet();
    expect(seen.at(-1)).toBeTruthy();
    expect(seen.at(-1)).not.toBe(seen[0]);
    expect(seen.at(-1)?.peek('title')).toBe(seen[0]?.peek('title'));
  });
  test('each connection hears what the page believes of its privileges', async () => {
    const { sockets, believed, live } = await start(chain, ['books.title'], ['books.length']);
    expect(believed).toEqual([{ privileges: ['player'] }]);
    live.tick(Date.now() + 60_000);
    sockets.at(-1)?.onopen?.();
    expect(believed).toEqual([{ privileges: ['player'] }, { privileges: ['player'] }]);
  });
  test('changed privileges are told', async () => {
    const { sockets, hooks } = await start(chain, ['books.title'], ['books.length']);
    sockets[0]?.onmessage?.({ data: '{"sequence":4,"privileges":"changed","events":[]}' });
    sockets[0]?.onmessage?.({ data: '{"end":"logout"}' });
    expect(hooks).toEqual(['privileges', 'privileges']);
  });
  test('the number of related entities is asked for by their key', async () => {
    const { sent } = await start(chain, ['books.title', 'books.reviews.length'], ['books.length']);
    const message = sent.find((item) => item['subscribe'] !== undefined && item['set'] !== undefined);
    expect(message?.['attributes']).toEqual(['reviews.ID', 'title']);
  });
  test('after a sleep of the machine it connects anew and catches up', async () => {
    const { live, sockets, sent, push } = await start(chain, ['books.title'], ['books.length']);
    await push({ id: 1, type: 'update', key: '1', stamp: 2, values: { title: 'Live' } });
    let closed = false;
    const [first] = sockets;
    if (first)
      first.close = () => {
        closed = true;
      };
    live.tick(Date.now() + 5000);
    expect(sockets.length).toBe(1);
    live.tick(Date.now() + 3_600_000);
    expect([closed, sockets.length]).toEqual([true, 2]);
    sent.length = 0;
    sockets[1]?.onopen?.();
    expect(sent[0]).toEqual({ resume: 1 });
    expect(sent[1]).toMatchObject({ subscribe: 1 });
    live.dispose();
  });
  test('a hidden tab rests', async () => {
    const { live, sockets } = await start(chain, ['books.title'], ['books.length']);
    let closed = false;
    const socket = sockets[0];
    if (socket)
      socket.close = () => {
        closed = true;
      };
    live.rest(true);
    expect(closed).toBe(true);
    live.rest(false);
    expect(sockets.length).toBe(2);
    live.dispose();
  });
});
