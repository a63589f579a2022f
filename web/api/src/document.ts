// The OpenAPI document as this page reads it: only what /rest/$openapi writes.
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  title?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | false;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  const?: Json;
  examples?: Json[];
  readOnly?: boolean;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}
export interface Content {
  schema?: Schema;
}
export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required?: boolean;
  description?: string;
  schema?: Schema;
  content?: Record<string, Content>;
}
interface Reference {
  $ref: string;
}
export interface Answer {
  description: string;
  content?: Record<string, Content>;
}
interface RawOperation {
  operationId: string;
  tags: string[];
  summary: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: { required: boolean; content: Record<string, Content> };
  responses: Record<string, Answer | Reference>;
}
export interface ApiDocument {
  info: { title: string; description?: string };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, RawOperation>>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
    securitySchemes: Record<string, unknown>;
  };
}

/** One thing that can be asked. */
export interface Operation {
  id: string;
  tag: string;
  summary: string;
  verb: string;
  path: string;
  parameters: Parameter[];
  body?: { required: boolean; mediaType: string; schema: Schema };
  success?: Answer;
}

const lastPart = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/** Follows references to schemas; a circle is the caller's matter. */
export function resolve(document: ApiDocument, schema: Schema): Schema {
  let at = schema;
  for (let steps = 0; at.$ref !== undefined && steps < 20; steps++) {
    at = document.components.schemas[lastPart(at.$ref)] ?? {};
  }
  return at;
}

export const referenceName = (schema: Schema): string => (schema.$ref === undefined ? '' : lastPart(schema.$ref));

export function readOperations(document: ApiDocument): Operation[] {
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [verb, raw] of Object.entries(item)) {
      const parameters = (raw.parameters ?? []).map((each) =>
        '$ref' in each ? document.components.parameters[lastPart(each.$ref)] : each,
      );
      const [body] = Object.entries(raw.requestBody?.content ?? {});
      const success = raw.responses['200'];
      operations.push({
        id: raw.operationId,
        tag: raw.tags[0] ?? '',
        summary: raw.summary,
        verb: verb.toUpperCase(),
        path,
        parameters: parameters.filter((each) => each !== undefined),
        ...(body
          ? { body: { required: raw.requestBody?.required ?? false, mediaType: body[0], schema: body[1].schema ?? {} } }
          : {}),
        ...(success && 'description' in success ? { success } : {}),
      });
    }
  }
  return operations;
}

const typeOf = (schema: Schema): string => (Array.isArray(schema.type) ? (schema.type[0] ?? '') : (schema.type ?? ''));

/** A value to begin with, for the editor of a body. */
export function example(document: ApiDocument, schema: Schema, depth = 0): Json {
  const at = resolve(document, schema);
  if (at.const !== undefined) return at.const;
  if (at.examples?.[0] !== undefined) return at.examples[0];
  if (depth > 4) return null;
  if (at.anyOf?.[0]) return example(document, at.anyOf[0], depth + 1);
  if (at.prefixItems) return at.prefixItems.map((each) => example(document, each, depth + 1));
  switch (typeOf(at)) {
    case 'object': {
      const entries = Object.entries(at.properties ?? {}).filter(
        ([name, each]) => !name.startsWith('__') || each.const !== undefined,
      );
      return Object.fromEntries(entries.map(([name, each]) => [name, example(document, each, depth + 1)]));
    }
    case 'array':
      return at.items ? [example(document, at.items, depth + 1)] : [];
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'string':
      return '';
    default:
      return null;
  }
}

/** One line that says what a value may be. */
export function typeText(document: ApiDocument, schema: Schema): string {
  const name = referenceName(schema);
  if (name !== '') return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map((each) => typeText(document, each)).join(' or ');
  if (schema.allOf) return schema.allOf.map((each) => typeText(document, each)).join(' and ');
  if (schema.prefixItems) {
    return `[${schema.prefixItems.map((each) => `${each.title ?? 'value'}: ${typeText(document, each)}`).join(', ')}]`;
  }
  const types = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  const items = schema.items ? ` of ${typeText(document, schema.items)}` : '';
  return types + items + (schema.format === undefined ? '' : ` (${schema.format})`);
}
