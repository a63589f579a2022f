// What the client speaks of: entities, queries, errors.

/** A primary key. */
export type Key = string | number;
/** A day without time: "2024-05-31". */
export type Day = string;
/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
/** A picture or file that the server keeps: `url` leads to its bytes. */
export interface Media {
  readonly url: string;
}
/** A file that was sent and waits to be stored: give it as the value of a picture or blob attribute. */
export interface Upload {
  readonly ID: string;
}
/** A related entity that was not asked for: its key. */
export interface Reference {
  readonly key: string;
}
/** What leads to a related entity: the entity itself, a link to it, or its key. */
export type Link = Stored | Reference | Key;
/** Related entities that were not asked for. */
export interface Related {
  readonly url: string;
}

/** A dataclass as types: its attributes, what may be written, and where its relations lead. */
export interface Shape {
  readonly name: string;
  readonly key: Key;
  readonly fields: object;
  readonly input: object;
  readonly one: object;
  readonly many: object;
}

/** What every stored entity carries. */
export interface Stored {
  readonly __KEY: string;
  readonly __STAMP: number;
}

export type Relations<S extends Shape> = keyof S['one'] | keyof S['many'];
export type ToOne<S extends Shape, K extends keyof S['one']> = S['one'][K] extends Shape ? S['one'][K] : never;
export type ToMany<S extends Shape, K extends keyof S['many']> = S['many'][K] extends Shape ? S['many'][K] : never;

/** An entity; the relations named by X are sent with it, of the others only the key. */
export type Entity<S extends Shape, X extends PropertyKey = never> = Stored &
  S['fields'] & {
    -readonly [K in keyof S['one']]: (K extends X ? Entity<ToOne<S, K>> : Reference) | null;
  } & { readonly [K in keyof S['many']]: K extends X ? Page<Entity<ToMany<S, K>>> : Related };

/** A page of entities. */
export interface Page<E> {
  /** Entities of the whole selection. */
  readonly count: number;
  /** Place of the first one sent. */
  readonly first: number;
  readonly entities: E[];
}

type Text<K> = K extends string ? K : never;
type OwnPath<S extends Shape> = Text<keyof S['fields']>;
type OnePath<S extends Shape> = { [K in keyof S['one']]: `${Text<K>}.${OwnPath<ToOne<S, K>>}` }[keyof S['one']];
type ManyPath<S extends Shape> = { [K in keyof S['many']]: `${Text<K>}.${OwnPath<ToMany<S, K>>}` }[keyof S['many']];
/** An attribute, or one of a related dataclass: "country.name". */
export type Path<S extends Shape> = OwnPath<S> | OnePath<S> | ManyPath<S>;
export type Order<S extends Shape> = OwnPath<S> | OnePath<S> | `${OwnPath<S> | OnePath<S>} ${'asc' | 'desc'}`;

/** What an attribute is compared with; a plain value means that it is equal. */
export type Condition<T> =
  | T
  | null
  | {
      readonly eq?: T | null;
      readonly ne?: T | null;
      readonly lt?: T;
      readonly le?: T;
      readonly gt?: T;
      readonly ge?: T;
      readonly in?: readonly T[];
      /** Text with `@` for any characters: "par@". */
      readonly like?: T extends string ? string : never;
      /** A word inside a text. */
      readonly word?: T extends string ? string : never;
    };

/** All conditions of one object must hold; conditions behind a relation speak of the same related entity. */
export type Filter<S extends Shape> = {
  readonly [K in keyof S['fields']]?: Condition<NonNullable<S['fields'][K]>>;
} & { readonly [K in keyof S['one']]?: Filter<ToOne<S, K>> | null } & {
  readonly [K in keyof S['many']]?: Filter<ToMany<S, K>> | null;
} & { readonly and?: readonly Filter<S>[]; readonly or?: readonly Filter<S>[]; readonly not?: Filter<S> };

export interface Query<S extends Shape, A extends keyof S['fields'] = keyof S['fields'], X extends Relations<S> = never> {
  /** Conditions, or a text in the query language with the values of its placeholders in `params`. */
  readonly filter?: Filter<S> | string;
  readonly params?: readonly Json[];
  readonly orderBy?: Order<S> | readonly Order<S>[];
  /** Only these attributes. */
  readonly attributes?: readonly A[];
  /** Related entities to send with each one. */
  readonly expand?: readonly X[];
  readonly skip?: number;
  /** Entities of a page; 100 when not said. */
  readonly top?: number;
}

/** The entities that a query with these attributes and relations gives. */
export type Found<S extends Shape, A extends keyof S['fields'], X extends Relations<S>> = Stored &
  Pick<S['fields'], A> &
  Pick<Entity<S, X>, keyof Entity<S, X> & (keyof S['fields'] extends A ? Relations<S> : X)>;

// --- What the generated part tells of each dataclass

type ValueKind = 'plain' | 'day' | 'instant' | 'media' | 'one' | 'many';
export interface AttributeInfo {
  readonly kind: ValueKind;
  readonly type?: string;
  readonly readOnly?: boolean;
}
export interface FunctionInfo {
  readonly name: string;
  readonly on: 'dataStore' | 'dataClass' | 'entityCollection' | 'entity' | 'singleton';
  readonly result: 'nothing' | 'value' | 'day' | 'bytes';
}
export interface ClassInfo {
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeInfo>>;
  readonly functions: readonly FunctionInfo[];
}
export type Model = Readonly<Record<string, ClassInfo>>;

// --- Errors

export interface ErrorInfo {
  readonly message: string;
  readonly componentSignature: string;
  readonly errCode: number;
}

/** The server refused, or could not be reached (status 0). */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly errors: readonly ErrorInfo[],
    fallback = `The server answered with status ${status}`,
  ) {
    super(errors[0]?.message ?? fallback);
    this.name = 'RestError';
  }
}

/** Somebody else saved the entity meanwhile; `current` is what is stored. */
export class StampError extends RestError {
  constructor(
    status: number,
    errors: readonly ErrorInfo[],
    readonly current: Readonly<Record<string, unknown>>,
  ) {
    super(status, errors);
    this.name = 'StampError';
  }
}

export type Values = Record<string, unknown>;
export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
