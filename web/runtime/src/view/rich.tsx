// Labels that may hold pasted HTML: a white list of marks, never raw insertion (project-format 15.3).
import { createElement, type ReactNode } from 'react';

const kept = new Set(['b', 'i', 'u', 's', 'br', 'em', 'strong']);
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

interface Open {
  tag: string;
  children: ReactNode[];
}

export function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

export function richText(source: string): ReactNode {
  if (!/[<&]/.test(source)) return source;
  const stack: Open[] = [{ tag: '', children: [] }];
  const top = (): Open => stack[stack.length - 1] as Open;
  const close = (): void => {
    const open = stack.pop() as Open;
    top().children.push(createElement(open.tag, { key: top().children.length }, ...open.children));
  };
  for (const match of source.matchAll(/<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][a-z0-9]*)\b(?:"[^"]*"|'[^']*'|[^'">])*>|[^<]+|</gi)) {
    const tag = match[2]?.toLowerCase();
    if (match[0].startsWith('<!--')) continue;
    if (tag === undefined) {
      top().children.push(decodeEntities(match[0]));
      continue;
    }
    if (tag === 'script' || tag === 'style' || !kept.has(tag)) continue;
    if (tag === 'br') top().children.push(createElement('br', { key: top().children.length }));
    else if (!match[1]) stack.push({ tag, children: [] });
    else if (stack.some((open) => open.tag === tag)) {
      while (top().tag !== tag) close();
      close();
    }
  }
  while (stack.length > 1) close();
  return <>{top().children}</>;
}

/** The text without marks: for names that screen readers speak. */
export function plainText(source: string): string {
  return decodeEntities(source.replace(/<!--[\s\S]*?-->|<[^>]*>/g, ''));
}
