import { describe, expect, test } from 'vitest';
import { classSelector, translateSelf } from '../../src/css/self';
import { themeRule } from '../../src/css/theme';

describe('self', () => {
  test.each([
    ['self { color: red; }', '.a { color: red; }'],
    ['self:hover{}', '.a:hover{}'],
    ['self .row.selected {}', '.a .row.selected {}'],
    ['self > label > span {}', '.a > label > span {}'],
    ['self.foo, self::before {}', '.a.foo, .a::before {}'],
    ['@media print { self { x: y } }', '@media print { .a { x: y } }'],
    ['.other self {}', '.other .a {}'],
    ['.myself {}', '.myself {}'],
    ['.self {}', '.self {}'],
    ['#self {}', '#self {}'],
    ['self-x {}', 'self-x {}'],
    ['div { align-self: center }', 'div { align-self: center }'],
    ['self { content: "self {" }', '.a { content: "self {" }'],
    ['self { background: url(self.png) }', '.a { background: url(self.png) }'],
    ['/* self { */ self {}', '  .a {}'],
    ['self { .x { color: red } }', '.a { .x { color: red } }'],
    ['self:disabled .x {}', '.a:is(:disabled,[disabled]) .x {}'],
    ['self:has(p > span[title="approved"]) {}', '.a:has(p > span[title="approved"]) {}'],
    ['@keyframes self { from {} }', '@keyframes self { from {} }'],
    ['self { color: red', '.a { color: red}'],
    ['self {} } b {}', '.a {}  b {}'],
    ['fd-dialog-overlay {}', 'fd-dialog-overlay {}'],
    ['', ''],
  ])('%s', (content, expected) => {
    expect(translateSelf(content, '.a')).toBe(expected);
  });
  test('names of classes are escaped', () => {
    expect(classSelector('w-1/2')).toBe('.w-1\\/2');
    expect(classSelector('größe')).toBe('.größe');
    expect(classSelector('2xl')).toBe('.\\32 xl');
  });
});

describe('theme', () => {
  test.each([
    ['bg-white', '.bg-white{background-color:var(--q-white, #fff)}'],
    ['h-full', '.h-full{height:100%}'],
    ['w-full', '.w-full{width:100%}'],
    ['px-6', '.px-6{padding-left:1.5rem;padding-right:1.5rem}'],
    ['bg-transparent', '.bg-transparent{background-color:transparent}'],
    ['flex-1', '.flex-1{flex:1 1 0%}'],
    ['bg-red-500', '.bg-red-500{background-color:#ef4444}'],
    ['text-lg', '.text-lg{font-size:1.125rem;line-height:1.75rem}'],
    ['text-blue-600', '.text-blue-600{color:#2563eb}'],
    ['-mt-2', '.-mt-2{margin-top:-0.5rem}'],
    ['w-1/2', '.w-1\\/2{width:50%}'],
    ['p-0.5', '.p-0\\.5{padding:0.125rem}'],
    ['hover:bg-black', '.hover\\:bg-black:hover{background-color:#000}'],
    ['md:flex', '@media (min-width:768px){.md\\:flex{display:flex}}'],
    ['bg-black/50', '.bg-black\\/50{background-color:color-mix(in srgb, #000 50%, transparent)}'],
    ['w-[42px]', '.w-\\[42px\\]{width:42px}'],
    ['border-t-2', '.border-t-2{border-top-width:2px}'],
    ['grid-cols-3', '.grid-cols-3{grid-template-columns:repeat(3,minmax(0,1fr))}'],
    ['opacity-50', '.opacity-50{opacity:0.5}'],
    ['!p-4', '.\\!p-4{padding:1rem !important}'],
    ['ps-4', '.ps-4{padding-inline-start:1rem}'],
    ['space-x-2', '.space-x-2>:not(:first-child){margin-inline-start:0.5rem}'],
    ['-space-x-1', '.-space-x-1>:not(:first-child){margin-inline-start:-0.25rem}'],
    ['divide-y', '.divide-y>:not(:first-child){border-top-width:1px}'],
    ['divide-gray-200', '.divide-gray-200>:not(:first-child){border-color:#e5e7eb}'],
    ['rounded-t', '.rounded-t{border-top-left-radius:.25rem;border-top-right-radius:.25rem}'],
    ['rounded-tl-xl', '.rounded-tl-xl{border-top-left-radius:.75rem}'],
    ['rounded-l-full', '.rounded-l-full{border-top-left-radius:9999px;border-bottom-left-radius:9999px}'],
    ['border-t-red-500', '.border-t-red-500{border-top-color:#ef4444}'],
    ['border-x', '.border-x{border-left-width:1px;border-right-width:1px}'],
    ['line-clamp-2', '.line-clamp-2{overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}'],
    ['-translate-y-1/2', '.-translate-y-1\\/2{--q-move-y:-50%;translate:var(--q-move-x,0) var(--q-move-y,0)}'],
    ['col-start-2', '.col-start-2{grid-column-start:2}'],
    ['place-items-center', '.place-items-center{place-items:center}'],
    ['rtl:text-right', '[dir=rtl] .rtl\\:text-right{text-align:right}'],
    ['print:hidden', '@media print{.print\\:hidden{display:none}}'],
    ['dark:bg-black', '[data-theme=dark] .dark\\:bg-black{background-color:#000}'],
    ['disabled:opacity-50', '.disabled\\:opacity-50:is(:disabled,[disabled]){opacity:0.5}'],
    ['md:hover:!p-4', '@media (min-width:768px){.md\\:hover\\:\\!p-4:hover{padding:1rem !important}}'],
    ['ring-2', '.ring-2{box-shadow:0 0 0 2px var(--q-ring-colour,rgb(59 130 246/.5))}'],
    ['aspect-video', '.aspect-video{aspect-ratio:16/9}'],
    ['rotate-x', undefined],
    ['rounded-q', undefined],
    ['overflow-x-[url(x)]', undefined],
    ['card', undefined],
    ['bg-nothing', undefined],
    ['constructor', undefined],
    ['w-', undefined],
    ['w-[url(x)]', undefined],
    ['w-[1px;color:red]', undefined],
  ])('%s', (name, expected) => {
    expect(themeRule(name)).toBe(expected);
  });
});
