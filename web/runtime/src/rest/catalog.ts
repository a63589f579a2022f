// The data model as `$catalog/$all` tells it (rest.md 16).
import { asArray, asBoolean, asObject, asText, type Json } from '../base/json';
import type { CallTarget } from './types';

export type AttributeKind = 'storage' | 'relatedEntity' | 'relatedEntities' | 'calculated' | 'alias';

export interface Attribute {
  name: string;
  kind: AttributeKind;
  type: string;
  /** Dataclass that a relation leads to; empty for values. */
  related: string;
  /** One entity or many, for relations. */
  many: boolean;
  simpleDate: boolean;
  readOnly: boolean;
  mandatory: boolean;
}

export interface Method {
  name: string;
  applyTo: string;
  onHttpGet: boolean;
}

export interface Dataclass {
  name: string;
  collectionName: string;
  /** Name of the primary key attribute. */
  key: string;
  attributes: ReadonlyMap<string, Attribute>;
  methods: readonly Method[];
}

export class Catalog {
  private readonly byName = new Map<string, Dataclass>();
  private readonly bySelection = new Map<string, Dataclass>();
  readonly methods: readonly Method[];
  /** Exposed functions of singletons, by class. */
  readonly singletons: ReadonlyMap<string, readonly Method[]>;

  constructor(source: Json) {
    const root = asObject(source);
    const raw = asArray(root['dataClasses']).map(asObject);
    const names = new Set(raw.map((item) => asText(item['name'])));
    for (const item of raw) {
      const dataclass = readDataclass(item, names);
      this.byName.set(dataclass.name, dataclass);
      this.bySelection.set(dataclass.collectionName, dataclass);
    }
    this.methods = asArray(root['methods']).map(readMethod);
    this.singletons = new Map(
      asArray(root['singletons'])
        .map(asObject)
        .map((item) => [asText(item['name']), asArray(item['methods']).map(readMethod)]),
    );
  }

  /** Whether a function answers a GET: its answer is a document that the browser can open. */
  opensAddress(target: CallTarget): boolean {
    return this.methodsOf(target).some((method) => method.name === target.method && method.onHttpGet);
  }

  private methodsOf(target: CallTarget): readonly Method[] {
    switch (target.kind) {
      case 'datastore':
        return this.methods;
      case 'singleton':
        return this.singletons.get(target.dataclass) ?? [];
      default: {
        const applied = { dataclass: 'dataclass', selection: 'entitycollection', entity: 'entity' }[target.kind];
        const methods = this.find(target.dataclass)?.methods ?? [];
        return methods.filter((method) => method.applyTo === '' || method.applyTo.toLowerCase() === applied);
      }
    }
  }

  find(name: string): Dataclass | undefined {
    return this.byName.get(name);
  }
  all(): Dataclass[] {
    return [...this.byName.values()];
  }

  /** Follows attribute steps from `start`; the dataclass reached, or undefined when a step is no relation. */
  follow(start: Dataclass, steps: readonly string[]): Dataclass | undefined {
    let at: Dataclass | undefined = start;
    for (const step of steps) at = at && this.byName.get(at.attributes.get(step)?.related ?? '');
    return at;
  }
}

function readDataclass(item: Record<string, Json | undefined>, names: ReadonlySet<string>): Dataclass {
  const name = asText(item['name']);
  const attributes = new Map<string, Attribute>();
  for (const raw of asArray(item['attributes'])) {
    const attribute = readAttribute(asObject(raw), names);
    attributes.set(attribute.name, attribute);
  }
  const key = asText(asObject(asArray(item['key'])[0])['name'], 'ID');
  return {
    name,
    key,
    attributes,
    collectionName: asText(item['collectionName'], `${name}Selection`),
    methods: asArray(item['methods']).map(readMethod),
  };
}

function readAttribute(item: Record<string, Json | undefined>, names: ReadonlySet<string>): Attribute {
  const kind = asText(item['kind'], 'storage') as AttributeKind;
  const type = asText(item['type'], 'string');
  const selection = type.endsWith('Selection') && names.has(type.slice(0, -'Selection'.length));
  const related = selection ? type.slice(0, -'Selection'.length) : names.has(type) && kind !== 'storage' ? type : '';
  return {
    name: asText(item['name']),
    kind,
    type,
    related,
    many: selection,
    simpleDate: asBoolean(item['simpleDate']),
    readOnly: asBoolean(item['readOnly']),
    mandatory: asBoolean(item['not_null']),
  };
}

function readMethod(raw: Json): Method {
  const item = asObject(raw);
  return {
    name: asText(item['name']),
    applyTo: asText(item['applyTo']),
    onHttpGet: asBoolean(item['allowedOnHTTPGET']),
  };
}
