// Theme classes: utility names to declarations, made when a page uses them (pages 13.1, project-format 14.3).
import { table } from '../base/json';
import { colour } from './palette';
import { words } from './theme_words';

const weights: Readonly<Record<string, number>> = table({
  thin: 100,
  extralight: 200,
  light: 300,
  normal: 400,
  medium: 500,
  semibold: 600,
  bold: 700,
  extrabold: 800,
  black: 900,
});
const sizes: Readonly<Record<string, string>> = table({
  xs: '.75rem/1rem',
  sm: '.875rem/1.25rem',
  base: '1rem/1.5rem',
  lg: '1.125rem/1.75rem',
  xl: '1.25rem/1.75rem',
  '2xl': '1.5rem/2rem',
  '3xl': '1.875rem/2.25rem',
  '4xl': '2.25rem/2.5rem',
  '5xl': '3rem/1',
  '6xl': '3.75rem/1',
  '7xl': '4.5rem/1',
  '8xl': '6rem/1',
  '9xl': '8rem/1',
});
const widths: Readonly<Record<string, string>> = table({
  xs: '20rem',
  sm: '24rem',
  md: '28rem',
  lg: '32rem',
  xl: '36rem',
  '2xl': '42rem',
  '3xl': '48rem',
  '4xl': '56rem',
  '5xl': '64rem',
  '6xl': '72rem',
  '7xl': '80rem',
  prose: '65ch',
});
const aligns: Readonly<Record<string, string>> = table({
  start: 'flex-start',
  end: 'flex-end',
  center: 'center',
  between: 'space-between',
  around: 'space-around',
  evenly: 'space-evenly',
  stretch: 'stretch',
  baseline: 'baseline',
  auto: 'auto',
  normal: 'normal',
});
const sides: Readonly<Record<string, readonly string[]>> = table({
  '': [''],
  x: ['-left', '-right'],
  y: ['-top', '-bottom'],
  t: ['-top'],
  r: ['-right'],
  b: ['-bottom'],
  l: ['-left'],
  s: ['-inline-start'],
  e: ['-inline-end'],
});
const corners: Readonly<Record<string, readonly string[]>> = table({
  t: ['top-left', 'top-right'],
  r: ['top-right', 'bottom-right'],
  b: ['bottom-right', 'bottom-left'],
  l: ['top-left', 'bottom-left'],
  tl: ['top-left'],
  tr: ['top-right'],
  bl: ['bottom-left'],
  br: ['bottom-right'],
});
const radii: Readonly<Record<string, string>> = table({
  none: '0',
  sm: '.125rem',
  '': '.25rem',
  md: '.375rem',
  lg: '.5rem',
  xl: '.75rem',
  '2xl': '1rem',
  '3xl': '1.5rem',
  full: '9999px',
});
const screens: Readonly<Record<string, string>> = table({
  sm: '640px',
  md: '768px',
  lg: '1024px',
  xl: '1280px',
  '2xl': '1536px',
});
const pseudo: Readonly<Record<string, string>> = table({
  hover: ':hover',
  focus: ':focus',
  active: ':active',
  disabled: ':is(:disabled,[disabled])',
  first: ':first-child',
  last: ':last-child',
  odd: ':nth-child(odd)',
  even: ':nth-child(even)',
  'focus-within': ':focus-within',
  'focus-visible': ':focus-visible',
});
const places: Readonly<Record<string, string>> = table({ rtl: '[dir=rtl] ', ltr: '[dir=ltr] ' });

function length(text: string, axis: 'w' | 'h' = 'w'): string | undefined {
  if (text === 'px') return '1px';
  if (text === 'full') return '100%';
  if (text === 'screen' || text === 'dvh') return axis === 'w' ? '100vw' : text === 'dvh' ? '100dvh' : '100vh';
  if (text === 'auto') return 'auto';
  if (text === 'min' || text === 'max' || text === 'fit') return `${text}-content`;
  if (text === 'none') return 'none';
  const share = /^(\d+)\/(\d+)$/.exec(text);
  if (share && Number(share[2]) > 0) return `${Math.round((Number(share[1]) / Number(share[2])) * 1e6) / 1e4}%`;
  const free = /^\[((?:calc\([\w.%()+*\s-]+\))|[\w.%-]+)\]$/.exec(text);
  if (free) return free[1]?.replace(/_/g, ' ');
  return /^\d+(\.5)?$/.test(text) ? `${Number(text) / 4}rem` : undefined;
}

type Maker = (rest: string, negative: boolean) => string | null | undefined;
const each =
  (property: string, side: string) =>
  (rest: string, negative: boolean): string | undefined => {
    const value = length(rest);
    return value && sides[side]?.map((part) => `${property}${part}:${negative ? `-${value}` : value}`).join(';');
  };
const one =
  (property: string, axis: 'w' | 'h' = 'w'): Maker =>
  (rest, negative) => {
    const value = length(rest, axis);
    return value && `${property}:${negative ? `-${value}` : value}`;
  };
const number =
  (property: string, scale = 1, suffix = ''): Maker =>
  (rest) =>
    /^\d+$/.test(rest) ? `${property}:${Number(rest) / scale}${suffix}` : undefined;
const align =
  (property: string): Maker =>
  (rest) =>
    aligns[rest] ? `${property}:${aligns[rest]}` : undefined;

/** Declarations for the children of the element, between one and the next. */
const between = (text: string | undefined): string | undefined => text && `>${text}`;
const moved =
  (axis: 'x' | 'y'): Maker =>
  (rest, negative) => {
    const value = length(rest);
    return value && `--q-move-${axis}:${negative ? `-${value}` : value};translate:var(--q-move-x,0) var(--q-move-y,0)`;
  };
const rounded =
  (side: string): Maker =>
  (rest) =>
    radii[rest] && corners[side]?.map((corner) => `border-${corner}-radius:${radii[rest]}`).join(';');

const overflows = /^(auto|hidden|visible|scroll|clip)$/;
const makers: Readonly<Record<string, Maker>> = table({
  ...Object.fromEntries(
    Object.keys(sides).flatMap((side) => [
      [`p${side}`, each('padding', side)],
      [`m${side}`, each('margin', side)],
    ]),
  ),
  w: one('width'),
  h: one('height', 'h'),
  'min-w': one('min-width'),
  'min-h': one('min-height', 'h'),
  'max-h': one('max-height', 'h'),
  'max-w': (rest) => (widths[rest] ? `max-width:${widths[rest]}` : one('max-width')(rest, false)),
  size: (rest) => {
    const v = length(rest);
    return v && `width:${v};height:${v}`;
  },
  'space-x': (rest, negative) => between(one('margin-inline-start')(rest, negative) ?? undefined),
  'space-y': (rest, negative) => between(one('margin-top')(rest, negative) ?? undefined),
  divide: (rest) => {
    const line = { x: 'border-inline-start-width:1px', y: 'border-top-width:1px' }[rest];
    const value = colour(rest);
    return between(line ?? (value && `border-color:${value}`));
  },
  ...Object.fromEntries(Object.keys(corners).map((side) => [`rounded-${side}`, rounded(side)])),
  rounded: (rest) => (corners[rest] ? rounded(rest)('', false) : undefined),
  'translate-x': moved('x'),
  'translate-y': moved('y'),
  rotate: (rest, negative) => (/^\d+$/.test(rest) ? `rotate:${negative ? '-' : ''}${rest}deg` : undefined),
  scale: (rest) => (/^\d+$/.test(rest) ? `scale:${Number(rest) / 100}` : undefined),
  'line-clamp': (rest) =>
    /^\d+$/.test(rest) ? `overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:${rest}` : undefined,
  'col-start': number('grid-column-start'),
  'col-end': number('grid-column-end'),
  'row-start': number('grid-row-start'),
  'row-end': number('grid-row-end'),
  'place-content': align('place-content'),
  'place-items': align('place-items'),
  'place-self': align('place-self'),
  align: (rest) => (/^(baseline|top|middle|bottom)$/.test(rest) ? `vertical-align:${rest}` : undefined),
  indent: one('text-indent'),
  'underline-offset': number('text-underline-offset', 1, 'px'),
  decoration: (rest) => {
    if (/^(solid|double|dotted|dashed|wavy)$/.test(rest)) return `text-decoration-style:${rest}`;
    if (/^\d+$/.test(rest)) return `text-decoration-thickness:${rest}px`;
    const value = colour(rest);
    return value && `text-decoration-color:${value}`;
  },
  outline: number('outline-width', 1, 'px'),
  delay: number('transition-delay', 1, 'ms'),
  start: one('inset-inline-start'),
  end: one('inset-inline-end'),
  gap: one('gap'),
  'gap-x': one('column-gap'),
  'gap-y': one('row-gap'),
  basis: one('flex-basis'),
  top: one('top', 'h'),
  right: one('right'),
  bottom: one('bottom', 'h'),
  left: one('left'),
  inset: one('inset'),
  'inset-x': (rest) => {
    const v = length(rest);
    return v && `left:${v};right:${v}`;
  },
  'inset-y': (rest) => {
    const v = length(rest);
    return v && `top:${v};bottom:${v}`;
  },
  items: align('align-items'),
  justify: align('justify-content'),
  content: align('align-content'),
  self: align('align-self'),
  'justify-items': align('justify-items'),
  'justify-self': align('justify-self'),
  'grid-cols': (rest) => (/^\d+$/.test(rest) ? `grid-template-columns:repeat(${rest},minmax(0,1fr))` : undefined),
  'grid-rows': (rest) => (/^\d+$/.test(rest) ? `grid-template-rows:repeat(${rest},minmax(0,1fr))` : undefined),
  'col-span': (rest) =>
    rest === 'full' ? 'grid-column:1/-1' : /^\d+$/.test(rest) ? `grid-column:span ${rest}/span ${rest}` : undefined,
  'row-span': (rest) =>
    rest === 'full' ? 'grid-row:1/-1' : /^\d+$/.test(rest) ? `grid-row:span ${rest}/span ${rest}` : undefined,
  z: (rest) => (rest === 'auto' ? 'z-index:auto' : number('z-index')(rest, false)),
  order: number('order'),
  opacity: number('opacity', 100),
  duration: number('transition-duration', 1, 'ms'),
  leading: one('line-height'),
  overflow: (rest) => (overflows.test(rest) ? `overflow:${rest}` : undefined),
  'overflow-x': (rest) => (overflows.test(rest) ? `overflow-x:${rest}` : undefined),
  'overflow-y': (rest) => (overflows.test(rest) ? `overflow-y:${rest}` : undefined),
  font: (rest) => (weights[rest] ? `font-weight:${weights[rest]}` : undefined),
  text: (rest) => {
    const [size, height] = (sizes[rest] ?? '').split('/');
    if (size) return `font-size:${size};line-height:${height}`;
    const value = colour(rest);
    return value ? `color:${value}` : /^\[[\d.]+(px|rem|em|%)\]$/.test(rest) ? `font-size:${rest.slice(1, -1)}` : undefined;
  },
  bg: (rest) => {
    const value = rest === 'white' ? 'var(--q-white, #fff)' : colour(rest);
    return value && `background-color:${value}`;
  },
  fill: (rest) => {
    const value = colour(rest);
    return value && `fill:${value}`;
  },
  ring: (rest) => {
    const value = colour(rest);
    if (value) return `--q-ring-colour:${value}`;
    return /^\d$/.test(rest) ? `box-shadow:0 0 0 ${rest}px var(--q-ring-colour,rgb(59 130 246/.5))` : undefined;
  },
  border: (rest) => {
    const value = colour(rest);
    if (value) return `border-color:${value}`;
    const sided = /^([xytrbl])-(.+)$/.exec(rest);
    const own = colour(sided?.[2] ?? '');
    if (own) return sides[sided?.[1] ?? '']?.map((part) => `border${part}-color:${own}`).join(';');
    const match = /^([xytrbl]?)-?(\d*)$/.exec(rest);
    return match && sides[match[1] ?? '']?.map((part) => `border${part}-width:${match[2] || 1}px`).join(';');
  },
});

/** The rule of one theme class; undefined when the name is none of the theme. */
export function themeRule(name: string): string | undefined {
  const parts = name.split(':');
  const base = parts.pop() ?? '';
  const important = base.startsWith('!');
  const text = declarations(important ? base.slice(1) : base);
  if (text === undefined) return undefined;
  let states = '';
  let media = '';
  let place = '';
  for (const variant of parts) {
    if (pseudo[variant]) states += pseudo[variant];
    else if (screens[variant]) media = `@media (min-width:${screens[variant]})`;
    else if (places[variant]) place = places[variant];
    else if (variant === 'dark') place = '[data-theme=dark] ';
    else if (variant === 'print') media = '@media print';
    else return undefined;
  }
  const inner = text.startsWith('>') ? '>:not(:first-child)' : '';
  const body = inner === '' ? text : text.slice(1);
  const selector = name.replace(/[^\w-]/g, (c) => `\\${c}`).replace(/^(\d)/, '\\3$1 ');
  const rule = `${place}.${selector}${states}${inner}{${important ? body.replace(/(;|$)/g, ' !important$1') : body}}`;
  return media === '' ? rule : `${media}{${rule}}`;
}

function declarations(name: string): string | undefined {
  const known = words[name];
  if (known !== undefined) return known;
  const negative = name.startsWith('-');
  const text = negative ? name.slice(1) : name;
  for (let at = text.lastIndexOf('-'); at > 0; at = text.lastIndexOf('-', at - 1)) {
    const maker = makers[text.slice(0, at)];
    const made = maker?.(text.slice(at + 1), negative);
    if (made) return made;
  }
  return undefined;
}
