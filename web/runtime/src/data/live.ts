// Live updates (pages 5.6): what anyone commits reaches the sources that show it.
import { asArray, asNumber, asObject, asText, isObject, type Json, type JsonObject } from '../base/json';
import { effect } from '../base/reactive';
import type { RawEntity } from '../rest/types';
import type { Entity } from './entity';
import { EntitySource } from './entity_source';
import type { Manager } from './manager';
import { attributeList } from './needs';
import { SelectionSource } from './selection_source';
import type { Source } from './source';

/** A connection as `WebSocket` offers it. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export interface LiveHooks {
  lost(): void;
  restored(): void;
  /** The session is over: nothing more will come. */
  ended(): void;
}

interface Subscription {
  source: Source;
  message: JsonObject;
}

const firstPause = 500;
const longestPause = 15_000;
const bannerAfter = 5000;
const most = 200;

export class LiveUpdates {
  private socket: LiveSocket | null = null;
  private ready = false;
  private opened = false;
  private stopped = false;
  private pause = firstPause;
  private sequence = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private banner: ReturnType<typeof setTimeout> | undefined;
  private pendingSync: ReturnType<typeof setTimeout> | undefined;
  private readonly ids = new Map<Source, number>();
  private readonly current = new Map<number, Subscription>();
  private next = 0;
  private readonly end: () => void;

  constructor(
    private readonly manager: Manager,
    private readonly connect: () => LiveSocket,
    private readonly hooks: LiveHooks,
  ) {
    this.end = effect(() => {
      this.observe();
    });
  }

  /** Reads everything that decides about subscriptions; a change brings them up to date a moment later. */
  private observe(): void {
    this.manager.scopesTopic.read();
    for (const scope of this.manager.allScopes()) {
      for (const source of scope.own()) {
        source.topic.read();
        const held = source.peek();
        if (source instanceof SelectionSource && source.peek()) source.peek()?.topic.read();
        if (source instanceof EntitySource && held !== null) source.peek()?.topic.read();
      }
    }
    clearTimeout(this.pendingSync);
    this.pendingSync = setTimeout(() => {
      this.sync();
    }, 50);
  }

  /** Used by something besides this observer. */
  private used(source: Source): boolean {
    const held = source instanceof SelectionSource || source instanceof EntitySource ? source.peek() : null;
    return (
      source.topic.watched > 1 ||
      (held !== null && held.topic.watched > 1) ||
      [...source.dependents].some((other) => this.used(other))
    );
  }

  private wanted(): Map<Source, JsonObject> {
    const result = new Map<Source, JsonObject>();
    for (const scope of this.manager.allScopes()) {
      for (const source of scope.own()) {
        if (result.size >= most) return result;
        if (!source.def.live || !this.used(source)) continue;
        const message =
          source instanceof SelectionSource ? ofSelection(source) : source instanceof EntitySource ? ofEntity(source) : null;
        if (message) result.set(source, message);
      }
    }
    return result;
  }

  /** Brings the server's subscriptions to what is wanted now. */
  sync(): void {
    if (this.stopped) return;
    const wanted = this.wanted();
    if (wanted.size > 0 && !this.socket && this.timer === undefined) this.open();
    for (const [id, subscription] of this.current) {
      if (wanted.has(subscription.source)) continue;
      this.current.delete(id);
      this.send({ unsubscribe: id });
    }
    for (const [source, message] of wanted) {
      const id = this.idOf(source);
      const before = this.current.get(id);
      if (before && JSON.stringify(before.message) === JSON.stringify(message)) continue;
      this.current.set(id, { source, message });
      this.send({ subscribe: id, ...message });
    }
  }

  private idOf(source: Source): number {
    let id = this.ids.get(source);
    if (id === undefined) {
      id = ++this.next;
      this.ids.set(source, id);
    }
    return id;
  }

  private send(message: JsonObject): void {
    if (this.ready) this.socket?.send(JSON.stringify(message));
  }

  private open(): void {
    this.timer = undefined;
    const socket = this.connect();
    this.socket = socket;
    socket.onopen = () => {
      this.ready = true;
      this.pause = firstPause;
      clearTimeout(this.banner);
      if (this.opened) this.hooks.restored();
      if (this.sequence >= 0) this.send({ resume: this.sequence });
      this.opened = true;
      for (const [id, { message }] of this.current) this.send({ subscribe: id, ...message });
    };
    socket.onmessage = (event) => {
      if (typeof event.data === 'string') this.receive(event.data);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.closed();
    };
  }

  private closed(): void {
    const was = this.ready;
    this.socket = null;
    this.ready = false;
    if (this.stopped) return;
    if (was)
      this.banner = setTimeout(() => {
        this.hooks.lost();
      }, bannerAfter);
    this.timer = setTimeout(
      () => {
        this.open();
      },
      this.pause * (0.75 + Math.random() / 2),
    );
    this.pause = Math.min(this.pause * 2, longestPause);
  }

  /** A hidden tab rests; what it missed is asked for when it is shown again. */
  rest(hidden: boolean): void {
    if (hidden) {
      this.stopped = true;
      clearTimeout(this.timer);
      this.timer = undefined;
      const { socket } = this;
      this.socket = null;
      this.ready = false;
      socket?.close();
    } else if (this.stopped) {
      this.stopped = false;
      this.sync();
    }
  }

  private receive(text: string): void {
    let message: JsonObject;
    try {
      message = asObject(JSON.parse(text));
    } catch {
      return;
    }
    if (asText(message['end']) === 'session') {
      this.rest(true);
      this.hooks.ended();
      return;
    }
    this.sequence = asNumber(message['sequence'], this.sequence);
    const refresh: Source[] = [];
    void this.manager.commit(null, () => {
      for (const raw of asArray(message['events'])) {
        const event = asObject(raw);
        const subscription = this.current.get(asNumber(event['id'], -1));
        if (subscription) this.apply(subscription.source, event, refresh);
      }
    });
    for (const source of refresh) this.reload(source);
  }

  private apply(source: Source, event: JsonObject, refresh: Source[]): void {
    switch (asText(event['type'])) {
      case 'update':
        this.update(source, event);
        return;
      case 'remove':
        this.remove(source, asText(event['key']), asText(event['why']));
        return;
      case 'add':
        this.add(source, asNumber(event['count'], -1), refresh);
        return;
      case 'refresh':
        refresh.push(source);
        return;
      case 'error':
        this.manager.log.warn(
          `source "${source.name}" is not live: ${asText(asObject(asArray(event['__ERROR'])[0])['message'])}`,
        );
        return;
      default:
    }
  }

  private entityOf(source: Source, key: string): Entity | null {
    if (source instanceof SelectionSource) return source.peek()?.cache.find(source.dataclass, key) ?? null;
    const held = source instanceof EntitySource ? source.peek() : null;
    return held?.key === key ? held : null;
  }

  private update(source: Source, event: JsonObject): void {
    const key = String(event['key'] ?? '');
    const entity = this.entityOf(source, key);
    const stamp = asNumber(event['stamp'], 0);
    if (!entity || (stamp !== 0 && stamp <= entity.stamp && entity.touched.length === 0) || entity.saving) return;
    const values = isObject(event['values']) ? event['values'] : {};
    if (!entity.take({ ...values, __KEY: key, __STAMP: stamp } as RawEntity)) return;
    this.manager.changed(source);
    for (const holder of entity.holders) if (holder instanceof EntitySource) this.manager.changed(holder);
  }

  private remove(source: Source, key: string, why: string): void {
    const entity = this.entityOf(source, key);
    const kept = entity !== null && entity.touched.length > 0 && why === 'dropped';
    if (source instanceof SelectionSource && !kept && source.peek()?.removeKey(key)) this.manager.changed(source);
    if (!entity || why === 'left') return;
    if (kept) {
      entity.deletedElsewhere = true;
      entity.topic.changed();
      return;
    }
    for (const holder of [...entity.holders]) holder.entityGone(entity);
  }

  private add(source: Source, count: number, refresh: Source[]): void {
    const held = source instanceof SelectionSource ? source.peek() : null;
    if (!held || !(source instanceof SelectionSource) || count < 0 || count === held.count) return;
    if (held.order !== '') {
      refresh.push(source);
      return;
    }
    held.grow(count);
    source.added();
  }

  private reload(source: Source): void {
    if (!(source instanceof SelectionSource || source instanceof EntitySource)) return;
    const held = source.peek();
    if (source instanceof EntitySource && source.peek()?.touched.length) return;
    if (held)
      void source.refresh().catch((error: unknown) => {
        this.manager.report(`source "${source.name}"`, error);
      });
  }

  dispose(): void {
    this.end();
    clearTimeout(this.pendingSync);
    clearTimeout(this.banner);
    this.rest(true);
  }
}

/** What is shown of the entities, as it is read from the server. */
function attributesOf(source: SelectionSource | EntitySource): Json[] {
  const { catalog, log } = source.manager.context;
  return attributeList(catalog, source.dataclass, source.needs.all(), log)
    .split(',')
    .filter((name) => name !== '')
    .sort();
}

function ofSelection(source: SelectionSource): JsonObject | null {
  const held = source.peek();
  if (!held || held.status !== 'ready' || held.set === '') return null;
  return { dataclass: source.dataclass.name, set: held.set, attributes: attributesOf(source), window: held.loadedWindow() };
}

/** An element of a live selection comes with its selection. */
function ofEntity(source: EntitySource): JsonObject | null {
  const entity = source.peek();
  if (!entity || entity.key === null) return null;
  const held = source.selection?.peek() ?? null;
  if (held && source.selection?.def.live && held.status === 'ready' && held.set !== '' && held.holdsKey(entity)) return null;
  return { dataclass: source.dataclass.name, key: entity.key, attributes: attributesOf(source) };
}
