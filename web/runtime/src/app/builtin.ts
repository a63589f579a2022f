// The built-in namespace `Qodly` (pages 18).
import type { Json } from '../base/json';
import type { Manager } from '../data/manager';
import type { SourceDef } from '../model/page';

export interface LocaleInfo {
  isocode: string;
  locale: string;
  native: string;
}

function scalar(id: string, dataType: string, initialValue: Json): SourceDef {
  return {
    id,
    type: 'scalar',
    namespace: 'Qodly',
    dataclass: '',
    dataType,
    from: '',
    initialValue,
    pageSize: 100,
    live: false,
    events: [],
  };
}

export function locationValue(url: URL): Json {
  return {
    urlPath: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decode),
    urlQuery: Object.fromEntries(url.searchParams),
    anchor: decode(url.hash.replace(/^#/, '')),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function createBuiltins(
  manager: Manager,
  url: URL,
  languages: { selected: LocaleInfo | null; supported: LocaleInfo[] },
  title: string,
): void {
  manager.create(manager.shared, [
    scalar('Location', 'object', locationValue(url)),
    scalar('UserLanguage', 'object', { selected: languages.selected as Json, supported: languages.supported as unknown as Json }),
    scalar('Title', 'string', title),
  ]);
}
