// Kit for custom components of pages: what a component is written against. The page brings what runs.
import type { CSSProperties, ReactNode, Ref } from 'react';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

/** What a component sees of the source it is bound to. */
export interface DataSource {
  /** Value of the source; an entity as an object of its loaded attributes and its `__KEY`, a selection as its loaded items. */
  get(): Json;
  set(value: Json): void;
  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /** Items of a selection or array. */
  readonly length: number;
  /** One item; undefined while it is not loaded. */
  item(index: number): Json | undefined;
  /** Makes an element of `list` the value of this source: the way to set a selected element. */
  select(list: DataSource | null, index: number): void;
  /** Loads items of a selection. */
  load(first: number, count: number): Promise<void>;
}

export interface SdkProps {
  /** Stored properties of the component, with those of active states. */
  props: Record<string, Json | undefined>;
  style: CSSProperties;
  className: string;
  ref: Ref<HTMLElement>;
  disabled: boolean;
  /** Fires an event of the component. */
  emit(event: string, data?: Record<string, Json>): void;
  datasource: DataSource | null;
  currentElement: DataSource | null;
  /** The source whose path stands in the property `name`; null when it is empty. The name ends in `Source`. */
  source(name: string): DataSource | null;
  /** Linked boxes: draws one, for an item (by its index) when the component is iterable. */
  slots: Record<string, (index?: number) => ReactNode>;
}

export type SdkComponent = (props: SdkProps) => ReactNode;

/** A value as text in a format of pages (masks of numbers, patterns of dates), in the language of the page. */
export declare function formatValue(value: Json | undefined, format: string): string;

/** Default export of a package's entry: components by name. */
export type SdkPackage = Record<string, SdkComponent>;

/** Checks the shape of a package while it is written. */
export function definePackage<T extends SdkPackage>(components: T): T {
  return components;
}
