// Attributes that are shown or sent, per holder: they decide what requests ask for.
import type { Log } from '../base/log';
import type { Catalog, Dataclass } from '../rest/catalog';

export class Needs {
  private readonly paths = new Set<string>();
  private readonly listeners = new Set<(path: string) => void>();

  add(path: string): void {
    if (this.paths.has(path)) return;
    this.paths.add(path);
    for (const listener of this.listeners) listener(path);
  }

  all(): IterableIterator<string> {
    return this.paths.values();
  }

  /** Calls `take` for each path, also for those that come later, until the returned function is called. */
  forward(take: (path: string) => void): () => void {
    for (const path of this.paths) take(path);
    this.listeners.add(take);
    return () => {
      this.listeners.delete(take);
    };
  }
}

/** Paths as `$attributes` names them: only what exists, cut where a value begins; the key when nothing is needed. */
export function attributeList(catalog: Catalog, dataclass: Dataclass, paths: Iterable<string>, log: Log): string {
  const result = new Set<string>();
  for (const path of paths) {
    const known = cut(catalog, dataclass, path, log);
    if (known !== '') result.add(known);
  }
  for (const path of result) if ([...result].some((other) => other.startsWith(`${path}.`))) result.delete(path);
  return result.size > 0 ? [...result].join(',') : dataclass.key;
}

function cut(catalog: Catalog, dataclass: Dataclass, path: string, log: Log): string {
  const taken: string[] = [];
  let at = dataclass;
  let many = false;
  for (const step of path.split('.')) {
    if (/^\d+$/.test(step) && many) continue;
    if (step === 'length' && many && !at.attributes.has(step)) {
      taken.push(at.key);
      return taken.join('.');
    }
    const attribute = at.attributes.get(step);
    if (!attribute) {
      log.warn(`attribute "${step}" does not exist in ${at.name}`);
      return '';
    }
    taken.push(step);
    const next = attribute.related === '' ? undefined : catalog.find(attribute.related);
    if (!next) return taken.join('.');
    at = next;
    many = attribute.many;
  }
  return many ? '' : taken.join('.');
}
