// One tab: client, model, shared sources, open page, toasts, banners, language, session.
import { asObject, asText, isObject, sameJson, type Json, type JsonObject } from '../base/json';
import { Cell, effect } from '../base/reactive';
import { consoleLog, type Log } from '../base/log';
import { Manager } from '../data/manager';
import type { Source } from '../data/source';
import { PageInstance, type Loader } from '../logic/page_instance';
import { readSavedConditions, type Condition } from '../model/condition';
import { readPage, readSources, readStyles, type PageDef, type StyleDef } from '../model/page';
import { usesOfActions } from '../model/uses';
import { Catalog } from '../rest/catalog';
import { readPrivileges, RestClient } from '../rest/client';
import { RestError } from '../rest/errors';
import { fetchOf, type Browser } from './browser';
import { createBuiltins } from './builtin';
import { CustomComponents } from './custom';
import type { LiveUpdates } from '../data/live';
import { adoptLanguages, chooseLocale, isRtl, type Settings } from './settings';

export interface Toast {
  id: number;
  type: 'message' | 'warning' | 'error';
  text: string;
}
export type Banner = 'lost' | 'restored' | 'ended' | null;

const toastTime = 5000;
const failuresForBanner = 3;
const firstProbe = 2000;
const longestProbe = 15_000;
/** Milliseconds that the first drawing waits for data, so that it need not be done twice. */
const longestHold = 150;
const returnKey = 'qodly-return';
/** How long the actions of a page that is left may take. */
const longestLeave = 2000;
const languageKey = 'qodly-language';

export interface StyleHost {
  setShared(styles: readonly StyleDef[]): void;
  addPage(page: string, styles: readonly StyleDef[]): void;
  removePage(page: string): void;
  classes(page: string, names: readonly string[]): string;
}

export class Application {
  readonly client: RestClient;
  readonly privileges = new Cell<readonly string[]>([]);
  readonly toasts = new Cell<readonly Toast[]>([]);
  readonly banner = new Cell<Banner>(null);
  readonly traffic = new Cell(0);
  readonly locale = new Cell('en');
  readonly page = new Cell<PageInstance | null>(null);
  readonly custom: CustomComponents;
  saved: ReadonlyMap<string, Condition> = new Map();
  translations: JsonObject = {};
  manager!: Manager;
  private readonly instances = new Map<object, PageInstance>();
  private readonly files = new Map<string, Promise<PageDef | null>>();
  /** Why pages could not be read the last time. */
  private readonly refusals = new Map<string, RestError>();
  private failures = 0;
  private probing: ReturnType<typeof setTimeout> | undefined;
  private next = 0;
  private live: LiveUpdates | null = null;
  private reading: Promise<void> | null = null;
  private readAgain = false;
  private changedElsewhere = false;
  /** What is remembered was meant for an earlier page. */
  private returnIsOld = false;
  /** The user has typed or chosen something in the page. */
  private typed = false;
  /** The user is logging out: the end of the session is no news. */
  private leaving = false;

  constructor(
    readonly settings: Settings,
    readonly browser: Browser,
    /** The browser's entry replaces it when the code that draws has come (`loadParts`). */
    public styles: StyleHost,
    private readonly fetcher: typeof fetch = fetchOf(window),
    readonly log: Log = consoleLog,
  ) {
    this.client = new RestClient({ base: settings.rest, fetch: fetcher });
    this.client.hooks = {
      onTraffic: (active) => {
        this.traffic.value = active;
      },
      onReach: (reached) => {
        this.reached(reached);
      },
      onPrivileges: () => {
        void this.readPrivileges();
      },
      onRefused: () => {
        if (this.privileges.peek().length > 0) void this.readPrivileges(true);
      },
      onLoginNeeded: () => {
        this.loginNeeded();
      },
    };
    this.custom = new CustomComponents(settings.shared, this.log);
  }

  get catalog(): Catalog {
    return this.manager.context.catalog;
  }

  /** Ends when the code that draws a page is there; the browser's entry sets it. */
  loadParts: (page: PageDef) => Promise<void> = () => Promise.resolve();

  /** Ends when the browser has nothing better to do; the browser's entry sets it. */
  idle: () => Promise<void> = () => Promise.resolve();

  /** Steps 1 to 4 of the life cycle (pages 3). */
  async start(): Promise<void> {
    const { page: name, loginPage, preload } = this.settings;
    this.returnIsOld = name !== loginPage;
    this.browser.onTyping(() => {
      this.typed = true;
    });
    this.browser.onHidden((hidden) => {
      if (!hidden && this.banner.peek() === 'ended') void this.readPrivileges();
    });
    if (preload['page'] !== undefined) this.files.set(name, Promise.resolve(readPage(name, preload['page'])));
    const [privileges, catalog, css, sources, conditions, manifest, texts, def] = await Promise.all([
      preload['privileges'] !== undefined
        ? readPrivileges(preload['privileges'])
        : this.client.privileges().catch(() => [] as string[]),
      preload['catalog'] !== undefined
        ? new Catalog(preload['catalog'])
        : this.client.catalog().catch((error: unknown) => {
            this.log.error(`the catalog cannot be read: ${String(error)}`);
            return new Catalog({});
          }),
      this.sharedFile('shared_css.json'),
      this.sharedFile('shared_datasources.json'),
      this.sharedFile('saved_conditions.json'),
      this.sharedFile('CustomComponents/manifest.json'),
      this.sharedFile('i18n.json'),
      this.readPage(name),
    ]);
    this.privileges.value = privileges;
    this.manager = new Manager(this.client, catalog, this.log);
    this.manager.listener = (source, event, turn) => this.ownerOf(source)?.fireSource(source, event, turn) ?? Promise.resolve();
    this.saved = readSavedConditions(conditions);
    this.translations = asObject(asObject(texts)['keys']);
    adoptLanguages(this.settings, asObject(texts)['userLang']);
    this.custom.read(manifest);
    this.startLanguage(name);
    const shared = Object.entries(asObject(sources)).flatMap(([namespace, list]) => readSources(list, namespace));
    const created = this.manager.create(
      this.manager.shared,
      shared.filter((def) => def.namespace !== 'Qodly'),
    );
    if (!def) {
      this.noPage(name);
      this.toast('error', name === '' ? 'No page was asked for' : `The page "${name}" ${this.why(name)}`);
      return;
    }
    for (const source of created)
      if (source.def.events.length > 0) this.manager.addUses(this.manager.shared, usesOfActions(source.def.events));
    const parts = this.loadParts(def);
    const page = new PageInstance(this, def, null, null);
    for (const source of created) await this.fireFor(page, source);
    await page.prepare();
    await parts; // while the first answers are on their way
    this.styles.setShared(readStyles(asObject(css)['classes']));
    this.styles.addPage(name, def.styles);
    if (page.mayWait) await this.manager.quietWithin(longestHold);
    this.page.value = page;
    this.offerReturn(privileges);
    await this.idle();
    if (this.returnIsOld) this.setReturn('');
    if (this.settings.live) await this.startLive();
  }

  /** Loaded after the first page is shown: nothing of it is needed before. */
  private async startLive(): Promise<void> {
    const [{ LiveUpdates }, { LiveConnector, realTransports }] = await Promise.all([
      import('../data/live'),
      import('./live_socket'),
    ]);
    const connector = new LiveConnector(`${this.settings.rest}/$changes`, realTransports);
    this.live = new LiveUpdates(this.manager, () => connector.connect(), {
      lost: () => {
        this.connectionLost();
      },
      restored: () => {
        this.connectionRestored();
      },
      privileges: () => {
        void this.readPrivileges(true);
      },
      held: () => this.privileges.peek(),
      ended: () => {
        if (!this.sessionEnded()) this.live?.rest(false);
      },
    });
    this.browser.onHidden((hidden) => {
      this.live?.rest(hidden);
    });
  }

  private async fireFor(page: PageInstance, source: Source): Promise<void> {
    this.instances.set(source, page);
    await this.manager.fire(source, 'oninit', null);
  }

  /** A page inside a loader. Null when it does not exist. */
  async openInside(name: string, parent: PageInstance, holder: Loader): Promise<PageInstance | null> {
    const def = await this.readPage(name);
    if (!def) {
      this.noPage(name);
      return null;
    }
    this.styles.addPage(name, def.styles);
    const page = new PageInstance(this, def, parent, holder);
    await Promise.all([page.prepare(), this.loadParts(def)]);
    return page;
  }

  /** Current tab or a new one; the tab begins a new life cycle. An unknown page changes nothing. */
  async openPage(name: string, newTab: boolean): Promise<void> {
    if (!(await this.readPage(name))) {
      this.noPage(name);
      return;
    }
    if (!newTab) await this.leavePage();
    this.browser.open(`${this.settings.renderer}?w=${encodeURIComponent(name)}`, newTab);
  }

  /** The page's last actions run before another page replaces it; slow ones do not hold the user back. */
  private async leavePage(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestLeave);
    });
    await Promise.race([this.page.peek()?.leave(), patience]);
    clearTimeout(timer);
  }

  readPage(name: string): Promise<PageDef | null> {
    let file = this.files.get(name);
    if (!file) {
      file = this.client.page(name).then(
        (source) => readPage(name, source),
        (error: unknown) => {
          this.files.delete(name);
          if (!(error instanceof RestError)) throw error;
          this.refusals.set(name, error);
          return null;
        },
      );
      this.files.set(name, file);
    }
    return file;
  }

  /** What a page that cannot be opened is told with: to users shortly, to developers as the server says it. */
  private why(name: string): string {
    const status = this.refusals.get(name)?.status ?? 404;
    return status === 404 ? 'does not exist' : 'cannot be shown';
  }

  private noPage(name: string): void {
    const refusal = this.refusals.get(name);
    const text = this.why(name);
    this.log.error(`the page "${name}" ${text}${text === 'does not exist' || !refusal ? '' : `: ${refusal.message}`}`);
  }

  private async sharedFile(path: string): Promise<Json> {
    const brought = this.settings.files[path];
    if (brought !== undefined) return brought;
    try {
      const response = await this.fetcher(`${this.settings.shared}/${path}`, { credentials: 'same-origin' });
      return response.ok ? ((await response.json()) as Json) : {};
    } catch {
      return {};
    }
  }

  // Which page an event of a source belongs to

  register(page: PageInstance): void {
    for (const source of page.scope.own()) this.instances.set(source, page);
  }
  unregister(page: PageInstance): void {
    for (const source of page.scope.own()) this.instances.delete(source);
    this.styles.removePage(page.def.name);
  }
  private ownerOf(source: Source): PageInstance | undefined {
    return this.instances.get(source) ?? this.page.peek() ?? undefined;
  }

  // Language (pages 17)

  private startLanguage(title: string): void {
    const stored = this.settings.supported.length > 0 ? this.browser.recall(languageKey) : '';
    const chosen = chooseLocale(this.settings, stored, this.browser.languages());
    createBuiltins(this.manager, this.browser.location(), { selected: chosen, supported: this.settings.supported }, title);
    let before: Json = chosen as Json;
    effect(() => {
      const language = this.manager.shared.read('Qodly:UserLanguage');
      const selected = isObject(language) ? (language['selected'] ?? null) : null;
      const code = asText(asObject(selected)['isocode']) || this.browser.languages()[0] || 'en';
      if (!sameJson(selected, before)) {
        before = selected;
        this.browser.remember(languageKey, code);
      }
      this.locale.value = validLocale(code);
      this.browser.setLanguage(this.locale.peek(), isRtl(code));
    });
    effect(() => {
      const value = this.manager.shared.read('Qodly:Title');
      this.browser.setTitle(typeof value === 'string' && value !== '' ? value : this.settings.page);
    });
  }

  /** Translation of a key in the active language. */
  translate(key: string): string | undefined {
    const entry = asObject(this.translations[key]);
    const code = this.locale.value;
    const text = entry[code] ?? entry[code.split('-')[0] ?? ''] ?? entry['default'];
    return typeof text === 'string' ? text : undefined;
  }

  // Notifications

  toast(type: Toast['type'], text: string): void {
    const id = ++this.next;
    this.toasts.value = [...this.toasts.peek().slice(-4), { id, type, text }];
    setTimeout(() => {
      this.dismiss(id);
    }, toastTime);
  }

  dismiss(id: number): void {
    this.toasts.value = this.toasts.peek().filter((toast) => toast.id !== id);
  }

  private reached(reached: boolean): void {
    if (!reached) {
      if (++this.failures >= failuresForBanner) this.connectionLost();
      return;
    }
    this.failures = 0;
    if (this.banner.peek() === 'lost') this.connectionRestored();
  }

  connectionLost(): void {
    if (this.banner.peek() === 'ended' || this.banner.peek() === 'lost') return;
    this.banner.value = 'lost';
    this.probe(firstProbe);
  }

  /** Asks now and then whether the server is back; any answer ends it. */
  private probe(pause: number): void {
    clearTimeout(this.probing);
    this.probing = setTimeout(() => {
      if (this.banner.peek() !== 'lost') return;
      void this.client.privileges().catch(() => {
        this.probe(Math.min(pause * 2, longestProbe));
      });
    }, pause);
  }

  connectionRestored(): void {
    if (this.banner.peek() !== 'lost') return;
    this.banner.value = 'restored';
    this.manager?.retry();
    setTimeout(() => {
      if (this.banner.peek() === 'restored') this.banner.value = null;
    }, 3000);
  }

  // Session (pages 10.1)

  /** `elsewhere`: nothing that this page asked for has changed them. */
  private readPrivileges(elsewhere = false): Promise<void> {
    this.changedElsewhere ||= elsewhere;
    this.readAgain = this.reading !== null; // what is on its way may have been read before the change
    this.reading ??= this.takePrivilegesInTurn().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async takePrivilegesInTurn(): Promise<void> {
    do {
      this.readAgain = false;
      await this.takePrivileges();
    } while (this.readAgain);
    this.changedElsewhere = false;
  }

  private async takePrivileges(): Promise<void> {
    const before = this.privileges.peek();
    const now = await this.client.privileges().catch(() => null);
    if (!now) return;
    const again = now.length > 0 && this.banner.peek() === 'ended';
    const same = sameJson([...before].sort(), [...now].sort());
    if (again) this.banner.value = null;
    else if (same) return;
    if (this.changedElsewhere && now.length === 0) this.sessionEnded();
    this.privileges.value = now;
    this.manager?.retry(true);
    this.live?.withdraw();
    const tell = (page: PageInstance): void => {
      const root = page.def.nodes.get('ROOT');
      if (root) void page.fire(root, 'onprivilegechange');
      for (const child of page.children) tell(child);
    };
    const page = this.page.peek();
    if (page && !same) tell(page);
    this.offerReturn(now);
  }

  /** The page to go back to after a login. Reading the browser's storage takes a while: not before the first drawing. */
  private get returnTo(): string {
    return this.returnIsOld ? '' : this.browser.recall(returnKey);
  }
  private setReturn(address: string): void {
    this.returnIsOld = false;
    this.browser.remember(returnKey, address);
  }

  private loginNeeded(): void {
    const { loginPage, page } = this.settings;
    if (this.sessionEnded()) return;
    if (loginPage === '' || page === loginPage || this.returnTo !== '') return;
    const at = this.browser.location();
    this.setReturn(at.pathname + at.search + at.hash);
    this.browser.open(`${this.settings.renderer}?w=${encodeURIComponent(loginPage)}`, false);
  }

  /** Tells that the session ended while a page was open; false when nobody was logged in. */
  private sessionEnded(): boolean {
    if (this.leaving || !this.page.peek() || this.privileges.peek().length === 0) return false;
    this.banner.value = 'ended';
    return true;
  }

  /** After a login: back to the page that needed it. */
  private offerReturn(privileges: readonly string[]): void {
    const back = this.returnTo;
    if (back === '') return;
    if (this.settings.page !== this.settings.loginPage) return;
    if (privileges.length === 0 || !back.startsWith('/') || back.startsWith('//')) return;
    this.setReturn('');
    this.browser.open(back, false);
  }

  /** What was typed stays: the login is in another tab then, and this one goes on when it is shown again. */
  logIn(): void {
    const { loginPage } = this.settings;
    const address = `${this.settings.renderer}?w=${encodeURIComponent(loginPage)}`;
    if (loginPage === '') this.browser.reload();
    else if (this.typed) {
      this.browser.open(address, true);
      this.toast('message', 'Log in there and come back: what you typed is kept.');
    } else {
      const at = this.browser.location();
      this.setReturn(at.pathname + at.search + at.hash);
      this.browser.open(address, false);
    }
  }

  async logout(): Promise<void> {
    this.leaving = true;
    try {
      await this.client.logout();
      await this.readPrivileges();
    } finally {
      this.leaving = false;
    }
  }
}

function validLocale(code: string): string {
  try {
    return Intl.getCanonicalLocales(code)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
