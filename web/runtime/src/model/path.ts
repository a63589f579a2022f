// Reference paths: `[namespace:]root{.step|[index]}` (project-format 10, pages 4.6).

export interface Path {
  /** Text as it was written. */
  text: string;
  namespace: string;
  root: string;
  steps: readonly string[];
}

const known = new Map<string, Path | null>();

/** The parsed path, or null when the text is none. Results are shared: do not change them. */
export function parsePath(text: string): Path | null {
  let path = known.get(text);
  if (path === undefined) {
    path = read(text);
    if (known.size > 5000) known.clear();
    known.set(text, path);
  }
  return path;
}

function read(text: string): Path | null {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const namespace = colon > 0 ? trimmed.slice(0, colon).trim() : '';
  const rest = colon >= 0 ? trimmed.slice(colon + 1) : trimmed;
  const steps = rest
    .replace(/\[\s*['"]?([^\]'"]*)['"]?\s*\]/g, '.$1')
    .split('.')
    .map((step) => step.trim());
  const root = steps.shift() ?? '';
  if (root === '' || steps.some((step) => step === '')) return null;
  return { text: trimmed, namespace, root, steps };
}

/** Items of a comma list of paths. */
export function pathList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

export function pathText(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}:${name}`;
}
