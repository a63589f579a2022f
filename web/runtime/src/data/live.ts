// Live updates (pages 5.6): what anyone commits reaches the sources that show it.
import { asArray, asNumber, asObject, asText, isObject, type JsonObject } from '../base/json';
import { effect } from '../base/reactive';
import { RestError } from '../rest/errors';
import type { RawEntity } from '../rest/types';
import { Entity } from './entity';
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
  /** What the session may do has changed. */
  privileges(): void;
  /** Names of the privileges that the page was read with. */
  held(): readonly string[];
}

interface Subscription {
  source: Source;
  message: JsonObject;
}

const firstPause = 500;
const longestPause = 15_000;
const bannerAfter = 5000;
const most = 200;
const tickTime = 10_000;
const sleepGap = 40_000;
const noPermission = 1557;
const noSuchSet = 1802;
const noSuchEntity = 1543;
/** Ends of what a session may do; the server ends a connection for other reasons, too. */
const endsRights = new Set(['logout', 'login', 'key', 'privileges']);

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
  private readonly asking = new Map<Source, ReturnType<typeof setTimeout>>();
  private readonly ids = new Map<Source, number>();
  private readonly current = new Map<number, Subscription>();
  private next = 0;
  private readonly end: () => void;
  private ticked = Date.now();
  private readonly clock = setInterval(() => {
    this.tick();
  }, tickTime);

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
      this.send({ privileges: [...this.hooks.held()] }); // they may have changed before the connection was there
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

  /** A machine that slept may hold a connection that is dead without having ended: another one catches up. */
  tick(now = Date.now()): void {
    const slept = now - this.ticked > sleepGap;
    this.ticked = now;
    if (!slept || !this.ready) return;
    const { socket } = this;
    this.socket = null;
    this.ready = false;
    socket?.close();
    this.open();
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
    if (endsRights.has(asText(message['end'])) || message['privileges'] !== undefined) this.hooks.privileges();
    this.sequence = asNumber(message['sequence'], this.sequence);
    const refresh = new Map<Source, 'reload' | 'realign'>();
    this.manager.settleTyping();
    void this.manager.commit(null, () => {
      for (const raw of asArray(message['events'])) {
        const event = asObject(raw);
        const subscription = this.current.get(asNumber(event['id'], -1));
        if (subscription) this.apply(subscription.source, event, refresh);
      }
    });
    for (const [source, how] of refresh) this.again(source, how);
  }

  private apply(source: Source, event: JsonObject, refresh: Map<Source, 'reload' | 'realign'>): void {
    switch (asText(event['type'])) {
      case 'update':
        this.update(source, event);
        return;
      case 'remove':
        this.remove(source, asText(event['key']), asText(event['why']), refresh);
        return;
      case 'add':
        this.add(source, asNumber(event['count'], -1), refresh);
        return;
      case 'refresh':
        refresh.set(source, 'reload');
        return;
      case 'stale':
        this.askLater(source, asNumber(event['within'], 0));
        return;
      case 'error':
        this.refused(source, asObject(asArray(event['__ERROR'])[0]), refresh);
        return;
      default:
    }
  }

  /** What may not be read any more leaves the screen; what was typed stays. A set that is gone is made anew. */
  private refused(source: Source, error: JsonObject, refresh: Map<Source, 'reload' | 'realign'>): void {
    const code = asNumber(error['errCode'], 0);
    if (code === noSuchSet && source instanceof SelectionSource && source.peek()?.definition.kind !== 'set') {
      refresh.set(source, 'reload');
      return;
    }
    const followed = this.current.get(this.idOf(source))?.message['key'];
    if (code === noSuchEntity && followed !== undefined) {
      this.remove(source, asText(followed), 'dropped', refresh); // before the subscription came
      return;
    }
    this.manager.log.warn(`source "${source.name}" is not live: ${asText(error['message'])}`);
    if (code !== noPermission) return;
    const held = source instanceof SelectionSource || source instanceof EntitySource ? source.peek() : null;
    const shown = held instanceof Entity ? [held] : (held?.loaded() ?? []);
    for (const entity of shown)
      if (entity.touched.length === 0) for (const holder of [...entity.holders]) holder.entityGone(entity);
    if (source instanceof SelectionSource) refresh.set(source, 'reload');
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
    if (!entity) {
      // The page that brings it may have been read before.
      const arriving = source instanceof SelectionSource ? source.peek()?.arriving() : null;
      if (arriving) void arriving.then(() => this.entityOf(source, key) && this.update(source, event));
      return;
    }
    if (entity.saving || (stamp !== 0 && stamp < entity.stamp && entity.touched.length === 0)) return;
    let values = isObject(event['values']) ? event['values'] : {};
    // With the same stamp its own values are known; what relations and code give may be new.
    if (stamp !== 0 && stamp === entity.stamp && entity.touched.length === 0) values = derivedOf(source, values);
    if (!entity.take({ ...values, __KEY: key, __STAMP: stamp } as RawEntity)) return;
    this.manager.changed(source);
    for (const holder of entity.holders) if (holder instanceof EntitySource) this.manager.changed(holder);
  }

  private remove(source: Source, key: string, why: string, refresh: Map<Source, 'reload' | 'realign'>): void {
    const entity = this.entityOf(source, key);
    const kept = entity !== null && entity.touched.length > 0 && why === 'dropped';
    if (source instanceof SelectionSource && !kept) {
      const held = source.peek();
      if (held?.knowsRemoval(key)) return;
      if (held?.removeKey(key)) this.manager.changed(source);
      else if (!refresh.has(source)) refresh.set(source, 'realign');
    }
    if (!entity || why === 'left') return;
    if (kept) {
      entity.deletedElsewhere = true;
      entity.topic.changed();
      return;
    }
    for (const holder of [...entity.holders]) holder.entityGone(entity);
  }

  private add(source: Source, count: number, refresh: Map<Source, 'reload' | 'realign'>): void {
    const held = source instanceof SelectionSource ? source.peek() : null;
    if (!held || !(source instanceof SelectionSource) || count < 0) return;
    if (held.order !== '' || refresh.has(source)) {
      if (!refresh.has(source)) refresh.set(source, 'realign');
      return;
    }
    if (count === held.count) return;
    held.grow(count);
    source.added();
  }

  /** Code may give other values now: what is shown is read again, at a moment of its own when many pages do. */
  private askLater(source: Source, within: number): void {
    if (this.asking.has(source)) return;
    this.asking.set(
      source,
      setTimeout(() => {
        this.asking.delete(source);
        void this.manager.context.track(this.ask(source)).catch((error: unknown) => {
          this.manager.report(`source "${source.name}"`, error);
        });
      }, Math.random() * within),
    );
  }

  private async ask(source: Source, withdraw = false): Promise<void> {
    if (source instanceof SelectionSource) {
      const shown = source.peek()?.keepShown() ?? [];
      if (shown.length > 0) await this.manager.renew(source, shown, attributesOf(source).join(','), withdraw);
    } else if (source instanceof EntitySource) {
      const entity = source.peek();
      if (entity && entity.key !== null) await this.manager.renew(source, [entity], attributesOf(source).join(','), withdraw);
    }
  }

  /**
   * With other privileges: what is shown is read again, and what may not be read any more leaves the screen. Of all sources:
   * one that is just being read has no subscription, and keeps the values that its answer leaves out.
   */
  withdraw(): void {
    for (const source of this.manager.allScopes().flatMap((scope) => scope.own()))
      void this.manager.context.track(this.ask(source, true)).catch((error: unknown) => {
        if (!(error instanceof RestError && error.needsPrivilege)) this.manager.report(`source "${source.name}"`, error);
      });
  }

  private again(source: Source, how: 'reload' | 'realign'): void {
    if (!(source instanceof SelectionSource || source instanceof EntitySource)) return;
    if (!source.peek() || (source instanceof EntitySource && source.peek()?.touched.length)) return;
    const work = how === 'realign' && source instanceof SelectionSource ? source.realign() : source.refresh();
    void this.manager.context.track(work).catch((error: unknown) => {
      this.manager.report(`source "${source.name}"`, error);
    });
  }

  dispose(): void {
    this.end();
    clearInterval(this.clock);
    clearTimeout(this.pendingSync);
    clearTimeout(this.banner);
    for (const timer of this.asking.values()) clearTimeout(timer);
    this.rest(true);
  }
}

/** What is shown of the entities, as it is read from the server. */
function attributesOf(source: SelectionSource | EntitySource): string[] {
  const { catalog, log } = source.manager.context;
  return attributeList(catalog, source.dataclass, source.needs.all(), log)
    .split(',')
    .filter((name) => name !== '')
    .sort();
}

/** Values that may change without the entity: relations, and what code gives. */
function derivedOf(source: Source, values: JsonObject): JsonObject {
  if (!(source instanceof SelectionSource || source instanceof EntitySource)) return values;
  const { attributes } = source.dataclass;
  return Object.fromEntries(Object.entries(values).filter(([name]) => attributes.get(name)?.kind !== 'storage'));
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
