// Entries of calendars and schedules: which items, when, in which colour (pages 20.2).
import type { CSSProperties, SyntheticEvent } from 'react';
import { asArray, asObject, asText, type Json } from '../base/json';
import { plainColour, readableOn } from '../css/palette';
import { Entity } from '../data/entity';
import { toDuration, type Value } from '../data/value';
import { formatValue } from '../format/format';
import { parsePath } from '../model/path';
import { useTracked } from '../view/hooks';
import { selectItem, type Items } from '../view/items';
import { chainClick, type View } from '../view/view';
import { isoOf } from './month_grid';

export interface Entry {
  index: number;
  value: Value;
  text: string;
  /** First and last day. */
  from: string;
  to: string;
  /** Milliseconds after midnight; null when the item has no time. */
  begin: number | null;
  end: number | null;
  /** Empty: the usual one. */
  colour: string;
  details: string[];
  tip: string;
}

export interface EntryFields {
  from: string;
  to: string;
  begin: string;
  end: string;
}

export const mostEntries = 500;

/** Value of a path inside an item; undefined while it is not loaded. */
export function property(item: Value | undefined, path: string): Value | undefined {
  let at: Value | undefined = item;
  for (const step of path === '' ? [] : path.split('.')) {
    if (at === null || at === undefined) return at;
    at = at instanceof Entity ? at.get(step) : ((asObject(at)[step] ?? null) as Value);
  }
  return at;
}

function timeOf(value: Value | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  return toDuration(/T(\d{2}:\d{2}(:\d{2})?)/.exec(value)?.[1] ?? value);
}

/** Paths of what is told beside the text: listed as texts or as objects, whose key is written in several ways. */
export function detailPaths(source: Json | undefined): string[] {
  return asArray(source)
    .map((raw) => {
      const item = asObject(raw);
      return asText(typeof raw === 'string' ? raw : (item['source'] ?? item['attribute'] ?? item['Attribute']));
    })
    .filter((path) => path !== '');
}

export function useEntries(view: View, items: Items, fields: EntryFields): Entry[] {
  const count = Math.min(items.length, mostEntries);
  const palette = asArray(view.props['colors'])
    .map((item) => plainColour(typeof item === 'string' ? item : asObject(item)['color']))
    .filter((item) => item !== '');
  const details = detailPaths(view.props['attributes']);
  const locale = view.page.app.locale;
  return useTracked(() => {
    const shown = (value: Value, path: string): string => formatValue(property(value, path), '', '', locale.value);
    return Array.from({ length: count }, (_, index): Entry | null => {
      const value = items.at(index);
      const from = isoOf(property(value, fields.from));
      if (value === undefined || value === null || from === '') return null;
      const to = fields.to === '' ? '' : isoOf(property(value, fields.to));
      const own = view.text('colorProp') === '' ? '' : plainColour(property(value, view.text('colorProp')));
      return {
        index,
        value,
        from,
        to: to < from ? from : to,
        begin: fields.begin === '' ? null : timeOf(property(value, fields.begin)),
        end: fields.end === '' ? null : timeOf(property(value, fields.end)),
        text: shown(value, view.text('property')),
        colour: own || (palette[index % Math.max(palette.length, 1)] ?? plainColour(view.props['color'])),
        details: details.map((path) => shown(value, path)),
        tip: details.map((path) => `${path}: ${shown(value, path)}`).join('\n'),
      };
    }).filter((entry): entry is Entry => entry !== null);
  });
}

/** A click on an entry: it becomes the current element, then *On Select* and *On Item Click* run. */
export function chooseEntry(view: View, event: SyntheticEvent, entry: Entry): void {
  chainClick(event, async () => {
    await selectItem(view, entry.value);
    await view.fire('onitemclick');
  });
}

/** The source that takes the chosen day, when the page has it. */
export function dateSource(view: View): string {
  const path = view.text('selectedDate');
  const parsed = path === '' ? null : parsePath(path);
  return parsed && view.page.scope.find(parsed.namespace, parsed.root) ? path : '';
}

/** A click on a day: it is written, then *On Date Click* runs. */
export function chooseDay(view: View, event: SyntheticEvent, iso: string): void {
  const path = dateSource(view);
  chainClick(event, async () => {
    if (path !== '' && typeof view.read(path) !== 'object') await view.write(path, iso);
    else if (path !== '' && view.read(path) === null) await view.write(path, iso);
    await view.fire('ondateclick');
  });
}

/** The property `color` also marks the day of today. */
export function todayColours(view: View): CSSProperties {
  const colour = plainColour(view.props['color']);
  return (colour === '' ? {} : { '--q-today': colour, '--q-on-today': readableOn(colour) ?? 'inherit' }) as CSSProperties;
}

export function localeOf(view: View): string {
  const language = view.text('language');
  try {
    return language === '' || language === 'default'
      ? view.page.app.locale.value
      : (Intl.getCanonicalLocales(language)[0] ?? 'en');
  } catch {
    return view.page.app.locale.value;
  }
}
