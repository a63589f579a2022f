// What counts for a component at the moment: stored properties, translations, active states.
import { isObject, type Json, type JsonObject } from '../base/json';
import type { NodeDef } from '../model/page';
import type { PageInstance } from './page_instance';

/** Properties with translations and active states laid over (pages 12.1, 17). */
export function effectiveProps(page: PageInstance, node: NodeDef): JsonObject {
  let props = node.props;
  if (node.texts.size > 0) {
    const code = page.app.locale.value;
    const texts = node.texts.get(code) ?? node.texts.get(code.split('-')[0] ?? '');
    if (texts) props = merge(props, texts);
  }
  for (const [path, key] of Object.entries(node.keys)) {
    const text = page.app.translate(key);
    if (text !== undefined) props = withPath(props, path.split('.'), text);
  }
  if (node.overrides.size === 0) return props; // reads no state: nothing to draw again for
  for (const state of page.states.active) {
    const override = node.overrides.get(state);
    if (override) props = merge(props, override);
  }
  return props;
}

const fixedProps = new Set(['events', 'serverSideRef', 'datasource', 'currentElement']);

function merge(props: JsonObject, override: JsonObject): JsonObject {
  const result: JsonObject = { ...props };
  for (const [name, value] of Object.entries(override)) {
    if (fixedProps.has(name) || value === undefined) continue;
    result[name] =
      name === 'style' && isObject(value) ? { ...(isObject(props['style']) ? props['style'] : {}), ...value } : value;
  }
  return result;
}

function withPath(value: JsonObject, path: readonly string[], text: string): JsonObject {
  const put = (at: Json | undefined, steps: readonly string[]): Json => {
    const [step, ...rest] = steps;
    if (step === undefined) return text;
    if (Array.isArray(at)) {
      const copy = [...at];
      copy[Number(step)] = put(copy[Number(step)], rest);
      return copy;
    }
    return { ...(isObject(at) ? at : {}), [step]: put(isObject(at) ? at[step] : undefined, rest) };
  };
  return put(value, path) as JsonObject;
}
