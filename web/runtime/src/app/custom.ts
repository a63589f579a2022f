// Custom components: SDK packages are loaded when a page uses them, foreign ones never run (pages 20).
import type { SdkComponent } from '@qodly/sdk';
import { asArray, asObject, asText, asTexts, type Json } from '../base/json';
import type { Log } from '../base/log';

interface Package {
  scope: string;
  entry: string;
  styles: string[];
  names: string[];
}

export class CustomComponents {
  private readonly owners = new Map<string, Package>();
  private readonly loaded = new Map<Package, Promise<Record<string, SdkComponent>>>();

  constructor(
    private readonly shared: string,
    private readonly log: Log,
  ) {}

  read(manifest: Json): void {
    for (const raw of asArray(manifest)) {
      const item = asObject(raw);
      const scope = asText(item['scope']);
      if (item['sdk'] !== 1 || !/^\w+$/.test(scope)) continue;
      const names = asArray(item['components'])
        .map((component) => asText(asObject(component)['name']))
        .filter((name) => name !== '');
      const owner = { scope, entry: asText(item['entry'], 'index.js'), styles: asTexts(item['styles']), names };
      for (const name of names) this.owners.set(name, owner);
    }
  }

  has(name: string): boolean {
    return this.owners.has(name);
  }

  async load(name: string): Promise<SdkComponent> {
    const owner = this.owners.get(name);
    if (!owner) throw new Error(`no package offers "${name}"`);
    let module = this.loaded.get(owner);
    if (!module) {
      module = this.fetch(owner);
      this.loaded.set(owner, module);
    }
    const component = (await module)[name];
    if (!component) throw new Error(`the package "${owner.scope}" does not export "${name}"`);
    return component;
  }

  private async fetch(owner: Package): Promise<Record<string, SdkComponent>> {
    const base = `${this.shared}/CustomComponents/${owner.scope}/`;
    for (const style of owner.styles) this.addStyle(inside(base, style));
    try {
      const module = (await import(/* @vite-ignore */ inside(base, owner.entry))) as { default?: Record<string, SdkComponent> };
      return module.default ?? {};
    } catch (error) {
      this.log.error(`the package "${owner.scope}" cannot be loaded: ${String(error)}`);
      throw error;
    }
  }

  private addStyle(href: string): void {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    document.head.append(link);
  }
}

/** A file of the package's own folder; nothing else can be named. */
function inside(base: string, file: string): string {
  const clean = file
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map(encodeURIComponent)
    .join('/');
  return new URL(base + clean, document.baseURI).href;
}
