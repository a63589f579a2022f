// A project folder made by others as a mock application: its pages and model as they are, its data invented.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Json, JsonObject } from '../src/base/json';
import type { MockAttribute, MockClass, MockData } from '../test/mock/model';
import { MockServer } from '../test/mock/server';

const types: Record<string, string> = {
  1: 'bool',
  3: 'word',
  4: 'long',
  5: 'long64',
  6: 'number',
  8: 'date',
  9: 'duration',
  10: 'string',
  12: 'image',
  18: 'blob',
  21: 'object',
};

function attributesOf(tag: string): Record<string, string> {
  return Object.fromEntries([...tag.matchAll(/([\w.:-]+)="([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** Dataclasses of the catalog; only what pages need. */
export function readModel(xml: string): MockClass[] {
  const classes = new Map<string, MockClass>();
  const keys = new Map<string, string>();
  for (const match of xml.matchAll(/<table\s([^>]*)>([\s\S]*?)<\/table>/g)) {
    const table = attributesOf(match[1] ?? '');
    const fields = [...(match[2] ?? '').matchAll(/<field\s([^>]*?)\/?>/g)].map((field) => attributesOf(field[1] ?? ''));
    const key =
      attributesOf(/<primary_key\s([^>]*)\/?>/.exec(match[2] ?? '')?.[1] ?? '')['field_name'] ?? fields[0]?.['name'] ?? 'ID';
    const attributes = fields
      .filter((field) => field['name'])
      .map(
        (field): MockAttribute => ({
          name: field['name'] ?? '',
          kind: 'storage',
          type: types[field['type'] ?? ''] ?? 'string',
          simpleDate: true,
        }),
      );
    classes.set(table['name'] ?? '', { name: table['name'] ?? '', key, attributes });
    keys.set(table['name'] ?? '', key);
  }
  for (const match of xml.matchAll(/<relation\s([^>]*)>([\s\S]*?)<\/relation>/g)) {
    const relation = attributesOf(match[1] ?? '');
    const ends = [
      ...(match[2] ?? '').matchAll(
        /<related_field[^>]*kind="(\w+)"[^>]*>\s*<field_ref[^>]*name="([^"]*)"[^>]*>\s*<table_ref[^>]*name="([^"]*)"/g,
      ),
    ];
    const source = ends.find((end) => end[1] === 'source');
    const target = ends.find((end) => end[1] === 'destination');
    const [from, to] = [classes.get(source?.[3] ?? ''), classes.get(target?.[3] ?? '')];
    if (!from || !to || !source || !target) continue;
    const [one = '', many = ''] = [relation['name_Nto1'], relation['name_1toN']];
    if (one)
      from.attributes.push({ name: one, kind: 'relatedEntity', type: to.name, foreignKey: source[2] ?? '', inverse: many });
    if (many) to.attributes.push({ name: many, kind: 'relatedEntities', type: `${from.name}Selection`, inverse: one });
  }
  return [...classes.values()];
}

const first = ['Ana', 'Ben', 'Chloe', 'David', 'Emma', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jonas'];
const last = ['Martin', 'Schmidt', 'Rossi', 'Garcia', 'Novak', 'Larsen', 'Dubois', 'Silva'];

function invent(attribute: MockAttribute, table: string, i: number): Json {
  const name = attribute.name.toLowerCase();
  switch (attribute.type) {
    case 'bool':
      return i % 2 === 0;
    case 'word':
    case 'long':
    case 'long64':
      return ((i * 7) % 90) + 1;
    case 'number':
      return ((i * 137) % 9000) / 10 + 5;
    case 'date':
      return `2024-0${(i % 9) + 1}-${String((i % 27) + 1).padStart(2, '0')}`;
    case 'duration':
      return (8 + (i % 9)) * 3600000;
    case 'object':
      return {};
    case 'image':
    case 'blob':
      return null;
    default:
      if (/first/.test(name)) return first[i % first.length] ?? '';
      if (/last|surname/.test(name)) return last[i % last.length] ?? '';
      if (/mail/.test(name)) return `${first[i % first.length]?.toLowerCase()}@example.org`;
      if (/name|title/.test(name)) return `${table} ${first[i % first.length]} ${last[(i * 3) % last.length]}`;
      if (/color|colour/.test(name)) return ['#2f5bea', '#12a594', '#f59e0b'][i % 3] ?? '';
      return `${attribute.name} ${i + 1}`;
  }
}

export function inventData(model: readonly MockClass[], rows = 30): MockData {
  const data: MockData = {};
  for (const item of model) {
    const foreign = new Map(
      item.attributes
        .filter((attribute) => attribute.kind === 'relatedEntity')
        .map((attribute) => [attribute.foreignKey ?? '', attribute.type]),
    );
    data[item.name] = Array.from(
      { length: rows },
      (_, i): JsonObject =>
        Object.fromEntries(
          item.attributes
            .filter((attribute) => attribute.kind === 'storage')
            .map((attribute) => [
              attribute.name,
              attribute.name === item.key
                ? i + 1
                : foreign.has(attribute.name)
                  ? ((i * 3) % rows) + 1
                  : invent(attribute, item.name, i),
            ]),
        ),
    );
  }
  return data;
}

export interface Project {
  mock: MockServer;
  shared: Record<string, Json>;
  pages: string[];
  sharedFolder: string;
}

function readTolerant(path: string): Json {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

export function openProject(folder: string): Project {
  const sources = [join(folder, 'Project/Sources'), join(folder, 'Sources')].find((path) => existsSync(path)) ?? folder;
  const catalog = join(sources, 'catalog.4DCatalog');
  const model = existsSync(catalog) ? readModel(readFileSync(catalog, 'utf8')) : [];
  const mock = new MockServer(model, inventData(model));
  const pages: string[] = [];
  for (const [name, ext] of [
    ['WebForms', '.WebForm'],
    ['WebForms', '.page'],
    ['Pages', '.page'],
  ] as const) {
    const place = join(sources, name);
    for (const file of existsSync(place) ? readdirSync(place) : []) {
      if (!file.endsWith(ext) || mock.pages.has(basename(file, ext))) continue;
      mock.pages.set(basename(file, ext), readTolerant(join(place, file)));
      pages.push(basename(file, ext));
    }
  }
  const sharedFolder = join(sources, 'Shared');
  const shared = Object.fromEntries(
    ['shared_css.json', 'shared_datasources.json', 'saved_conditions.json', 'CustomComponents/manifest.json', 'i18n.json']
      .filter((file) => existsSync(join(sharedFolder, file)))
      .map((file) => [file, readTolerant(join(sharedFolder, file))]),
  );
  return { mock, shared, pages, sharedFolder };
}
