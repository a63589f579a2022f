// Style sheets of pages that are broken or mean harm: what follows them stays whole, no rule leaves its layer.
import { describe, expect, test } from 'vitest';
import { classSelector, translateSelf } from '../../src/css/self';

/** Depth of braces at the end, and the least on the way, outside of texts and comments. */
function braces(css: string): { end: number; least: number } {
  let [depth, least, quote] = [0, 0, ''];
  for (let i = 0; i < css.length; i++) {
    const c = css[i] ?? '';
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote || c === '\n') quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '/' && css[i + 1] === '*') i = Math.max(css.indexOf('*/', i + 2) + 1, i);
    else if (c === '{') depth++;
    else if (c === '}') least = Math.min(least, --depth);
  }
  return { end: depth, least };
}

describe('broken content', () => {
  test.each([
    'self { color: red',
    '} } } body { display: none',
    'self { content: "}" ; color: red }',
    "self { content: '} body { x: y }' }",
    'self { content: "unclosed } \n color: red }',
    'self { content: "unclosed }',
    'self /* never closed { }',
    'self { /* } */ color: red }',
    'self { background: url("a}b") }',
    '@media screen { self { color: red }',
    '@layer q-base { self { color: red } } }',
    '@import url(https://evil.example/x.css); self {}',
    '</style><script>alert(1)</script>',
    'self { --x: { a } }',
    'self { width: calc(1px }',
    '\u0000self {}',
    'self { content: "\\"}" }',
    '@keyframes self { from { color: red } to { color: blue }',
  ])('%j', (content) => {
    expect(braces(translateSelf(content, '.a'))).toEqual({ end: 0, least: 0 });
  });
  test('a comment that is never closed swallows nothing behind its own class', () => {
    expect(translateSelf('self { color: red } /* open', '.a').trim()).toBe('.a { color: red }');
  });
});

describe('where self stands', () => {
  test.each([
    ['self { background: url(a}b) }', '.a { background: url(a}b) }'],
    ['[title="self"] self {}', '[title="self"] .a {}'],
    ['self { background: url(open', '.a { background: url(open)}'],
    ['self { content: "open', '.a { content: "open"}'],
    ['self { content: "open\\\\"', '.a { content: "open\\\\"}'],
    ['self { content: "open\\"', '.a { content: "open\\""}'],
    ['self,self:focus{}', '.a,.a:focus{}'],
    ['self+self{}', '.a+.a{}'],
    ['self~p{}', '.a~p{}'],
    ['self[disabled]{}', '.a[disabled]{}'],
    [':not(self){}', ':not(.a){}'],
    [':is(self, .b) {}', ':is(.a, .b) {}'],
    ['self{&:hover{}}', '.a{&:hover{}}'],
    ['self{self &{}}', '.a{.a &{}}'],
    ['@supports (display:grid){self{}}', '@supports (display:grid){.a{}}'],
    ['@container (min-width:1px){self{}}', '@container (min-width:1px){.a{}}'],
    [
      '@media (min-width:1px) and (max-width:9px){@media print{self{}}}',
      '@media (min-width:1px) and (max-width:9px){@media print{.a{}}}',
    ],
    ['self::-webkit-scrollbar{}', '.a::-webkit-scrollbar{}'],
    ['self>*{}', '.a>*{}'],
    ['self .self{}', '.a .self{}'],
    ['[data-x=self]{}', '[data-x=self]{}'],
    ['self{--self:1}', '.a{--self:1}'],
    ['self{justify-self:end;color:red}', '.a{justify-self:end;color:red}'],
    ['@font-face{font-family:self}', '@font-face{font-family:self}'],
    ['.fd-button{}', '.fd-button{}'],
    ['SELF{}', 'SELF{}'],
  ])('%s', (content, expected) => {
    expect(translateSelf(content, '.a')).toBe(expected);
  });
});

test.each([
  ['a{b}', '.a\\{b\\}'],
  ['a b', '.a\\ b'],
  ['a,b', '.a\\,b'],
  ['a:hover', '.a\\:hover'],
  ['a.b#c', '.a\\.b\\#c'],
  ['a*/b', '.a\\*\\/b'],
  ['-a', '.-a'],
  ['9', '.\\39 '],
])('the class %s as a selector is %s', (name, expected) => {
  expect(classSelector(name)).toBe(expected);
});
