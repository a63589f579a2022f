// Stored CSS classes to rules: `self` becomes the class selector (pages 13.1).

/** `content` with the word `self` in selectors replaced by `selector`. */
export function translateSelf(content: string, selector: string): string {
  let result = '';
  let prelude = '';
  const end = (mark: string): void => {
    result +=
      (mark === '{' && !/^\s*@(?!media|supports|container|layer|scope|starting-style)/i.test(prelude)
        ? replaceSelf(prelude, selector)
        : prelude) + mark;
    prelude = '';
  };
  for (let i = 0; i < content.length; i++) {
    const mark = nextMark(content, i);
    prelude += content.slice(i, mark);
    i = mark;
    const c = content[i] ?? '';
    const skip = skipped(content, i);
    if (skip > i) {
      const piece = content.slice(i, skip);
      prelude += piece.startsWith('/*') ? ' ' : piece;
      i = skip - 1;
    } else if (c === '{' || c === '}' || c === ';') end(c);
    else prelude += c;
  }
  return balance(result + prelude);
}

/** Place of the next character that can end, skip or begin something; the length of the text when there is none. */
function nextMark(text: string, from: number): number {
  const marks = /[{};"'/u]/gi;
  marks.lastIndex = from;
  return marks.exec(text)?.index ?? text.length;
}

/** End of a comment, string or url() that begins at `at`; `at` itself when none does. */
function skipped(text: string, at: number): number {
  const c = text[at];
  if (c === '/' && text[at + 1] === '*') {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (c === '"' || c === "'") {
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === '\\') i++;
      else if (text[i] === c || text[i] === '\n') return i + 1;
    }
    return text.length;
  }
  if (c === 'u' && /^url\(\s*[^"'\s)]/i.test(text.slice(at, at + 200)) && !/[\w-]/.test(text[at - 1] ?? '')) {
    const end = text.indexOf(')', at);
    return end < 0 ? text.length : end + 1;
  }
  return at;
}

function replaceSelf(prelude: string, selector: string): string {
  const own = prelude.replace(/(^|[^\w.#:@=\\"'-])self(?![\w-])/g, (_, before: string) => before + selector);
  return prelude.trimStart().startsWith('@') ? own : own.replace(/:disabled(?![\w-])/g, ':is(:disabled,[disabled])');
}

/** Rules that are not closed must not swallow those that follow. */
function balance(text: string): string {
  let depth = 0;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const mark = nextMark(text, i);
    result += text.slice(i, mark);
    i = mark;
    const skip = skipped(text, i);
    if (skip > i) {
      const piece = text.slice(i, skip);
      result += skip < text.length ? piece : piece + missingEnd(piece);
      i = skip - 1;
      continue;
    }
    const c = text[i] ?? '';
    if (c === '{') depth++;
    if (c === '}') {
      if (depth === 0) continue;
      depth--;
    }
    result += c;
  }
  return result + '}'.repeat(depth);
}

/** What closes a string or address that runs into the end of the text. */
function missingEnd(piece: string): string {
  const first = piece[0] ?? '';
  if (first === 'u' || first === 'U') return piece.endsWith(')') ? '' : ')';
  if (first !== '"' && first !== "'") return '';
  const inner = piece.slice(1).replace(/\\[\s\S]/g, '');
  return inner.endsWith(first) ? '' : `${piece.endsWith('\\') && inner.endsWith('\\') ? ' ' : ''}${first}`;
}

/** A class name as a selector. */
export function classSelector(name: string): string {
  return `.${name.replace(/[^\w-]/gu, (c) => (c.charCodeAt(0) > 127 ? c : `\\${c}`)).replace(/^(\d)/, '\\3$1 ')}`;
}
