// What the page's shell tells the runtime (web/README.md, "The shell").
import { asArray, asBoolean, asObject, asText, parseJson, type Json, type JsonObject } from '../base/json';
import type { LocaleInfo } from './builtin';

export interface Settings {
  page: string;
  loginPage: string;
  airy: boolean;
  theme: 'light' | 'dark' | 'system';
  supported: LocaleInfo[];
  primary: string;
  /** Details of problems are shown in the page: preview and development. */
  preview: boolean;
  rest: string;
  shared: string;
  renderer: string;
  live: boolean;
  /** Shared files that the shell brought along, by name. */
  files: JsonObject;
  /** Answers that the shell brought along: `privileges`, `catalog`, `page`. */
  preload: JsonObject;
}

export function readSettings(source: Json): Settings {
  const root = asObject(source);
  const i18n = asObject(root['i18n']);
  return {
    page: asText(root['page']),
    loginPage: asText(root['loginPage']),
    airy: asText(root['displayMode']) === 'airy',
    theme: root['theme'] === 'dark' || root['theme'] === 'system' ? root['theme'] : 'light',
    supported: readLocales(i18n['supported']),
    primary: readPrimary(i18n['primary']),
    preview: asBoolean(root['preview']),
    rest: asText(root['rest'], '/rest'),
    shared: asText(root['shared'], '/$shared'),
    renderer: asText(root['renderer'], '/$lib/renderer/'),
    live: root['live'] === true,
    files: asObject(root['files']),
    preload: asObject(root['preload']),
  };
}

/** Older applications list their languages beside the translations: used when the settings name none. */
export function adoptLanguages(settings: Settings, source: Json | undefined): void {
  const { supported, primary } = asObject(source);
  if (settings.supported.length > 0) return;
  settings.supported = readLocales(supported);
  if (settings.primary === '') settings.primary = readPrimary(primary);
}

function readLocales(source: Json | undefined): LocaleInfo[] {
  return asArray(source)
    .map(readLocale)
    .filter((item) => item.isocode !== '');
}

function readPrimary(source: Json | undefined): string {
  return typeof source === 'string' ? source : asText(asObject(source)['isocode']);
}

function readLocale(raw: Json): LocaleInfo {
  if (typeof raw === 'string') return { isocode: raw, locale: raw, native: nativeName(raw) };
  const item = asObject(raw);
  const isocode = asText(item['isocode']);
  return { isocode, locale: asText(item['locale'], isocode), native: asText(item['native']) || nativeName(isocode) };
}

function nativeName(code: string): string {
  try {
    return new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

export function settingsOfDocument(root: Document): Settings {
  const text = root.getElementById('qodly-app')?.textContent ?? '';
  const settings = readSettings(parseJson(text) ?? {});
  if (settings.page === '') settings.page = new URL(root.location.href).searchParams.get('w') ?? '';
  return settings;
}

const rtlScripts = new Set(['ar', 'he', 'fa', 'ur', 'ps', 'sd', 'yi', 'dv', 'ku', 'ug']);
export function isRtl(locale: string): boolean {
  return rtlScripts.has(locale.toLowerCase().split('-')[0] ?? '');
}

/** User's choice, browser, primary (pages 17). */
export function chooseLocale(settings: Settings, stored: string, languages: readonly string[]): LocaleInfo | null {
  const find = (code: string): LocaleInfo | undefined =>
    settings.supported.find((item) => item.isocode.toLowerCase() === code.toLowerCase());
  for (const code of [stored, ...languages.flatMap((item) => [item, item.split('-')[0] ?? '']), settings.primary]) {
    const found = code === '' ? undefined : find(code);
    if (found) return found;
  }
  return settings.supported[0] ?? null;
}

/** Puts the theme on the document: tokens follow `data-theme`; "system" follows the choice of the user's system. */
export function applyTheme(document: Document, theme: Settings['theme']): void {
  const wanted = document.defaultView?.matchMedia('(prefers-color-scheme: dark)');
  const put = (): void => {
    document.documentElement.dataset['theme'] = theme === 'system' ? (wanted?.matches ? 'dark' : 'light') : theme;
  };
  put();
  if (theme === 'system') wanted?.addEventListener('change', put);
}
