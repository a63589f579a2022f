// Spreadsheet masks for numbers (pages 14.2).

interface Section {
  prefix: string;
  suffix: string;
  integer: string;
  fraction: string;
  grouped: boolean;
  percent: boolean;
  digits: boolean;
  /** Nothing says how: the number in its natural form. */
  general: boolean;
  colour: string;
  holds: ((value: number) => boolean) | null;
}

/** The frequent ones are known: the browser's first number format takes longer than drawing a page of numbers. */
const separators = new Map<string, { group: string; decimal: string }>([
  ...['en', 'en-US', 'en-GB', 'en-CA', 'en-AU'].map((locale) => [locale, { group: ',', decimal: '.' }] as const),
  ...['de', 'de-DE'].map((locale) => [locale, { group: '.', decimal: ',' }] as const),
  ...['fr', 'fr-FR'].map((locale) => [locale, { group: '\u202f', decimal: ',' }] as const),
  ...['es-MX', 'ja', 'ja-JP', 'zh', 'zh-CN'].map((locale) => [locale, { group: ',', decimal: '.' }] as const),
]);

function separatorsOf(locale: string): { group: string; decimal: string } {
  let found = separators.get(locale);
  if (!found) {
    const parts = new Intl.NumberFormat(locale, { useGrouping: true, numberingSystem: 'latn' }).formatToParts(1234567.8);
    found = {
      group: parts.find((part) => part.type === 'group')?.value ?? ',',
      decimal: parts.find((part) => part.type === 'decimal')?.value ?? '.',
    };
    separators.set(locale, found);
  }
  return found;
}

/** Digit zero of the scripts that people type numbers in. */
const zeros = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0xff10];

/** Typed text with the digits and separators of other scripts as the usual ones. */
export function plainDigits(text: string): string {
  return text.replace(/[\u066b\u066c\p{Nd}]/gu, (c) => {
    if (c === '\u066b') return '.';
    if (c === '\u066c') return ',';
    const code = c.codePointAt(0) ?? 0;
    const zero = zeros.find((first) => code >= first && code < first + 10);
    return zero === undefined ? c : String(code - zero);
  });
}

/** Shortest form of a number with the separators of the locale. */
export function plainNumber(value: number, locale: string): string {
  if (!Number.isFinite(value)) return String(value);
  const text = String(value);
  return /e/.test(text) ? text : text.replace('.', separatorsOf(locale).decimal);
}

/** Typed digits to a number; undefined while they are none. */
export function readNumber(text: string, locale: string): number | null | undefined {
  const trimmed = plainDigits(text).trim().replace('\u2212', '-');
  if (trimmed === '') return null;
  const decimal = plainNumber(1.5, locale)[1] ?? '.';
  const plain =
    decimal === ',' ? trimmed.replace(/[.\s\u00a0\u202f']/g, '').replace(',', '.') : trimmed.replace(/[,\s\u00a0\u202f']/g, '');
  const value = plain === '' ? NaN : Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

export function formatNumber(value: number, mask: string, locale: string): string {
  if (mask === '' || !Number.isFinite(value)) return plainNumber(value, locale);
  const { section, signed } = choose(value, mask);
  if (!section || section.general) return plainNumber(value, locale);
  const text = apply(Math.abs(value), section, locale);
  return signed && value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

/** Colour that the mask gives to the value (`[Red][<=10]0`); empty when none. */
export function numberColour(value: number, mask: string): string {
  return mask.includes('[') && Number.isFinite(value) ? (choose(value, mask).section?.colour ?? '') : '';
}

/** The section that counts for the value, and whether a sign has to be written. None: the natural form. */
function choose(value: number, mask: string): { section: Section | undefined; signed: boolean } {
  const sections = sectionsOf(mask);
  const [positive, negative, zero] = sections;
  if (sections.some((section) => section.holds !== null))
    return { section: sections.find((section) => section.holds === null || section.holds(value)), signed: true };
  if (value === 0 && zero) return { section: zero, signed: false };
  if (value < 0 && negative) return { section: negative, signed: false };
  return { section: positive, signed: true };
}

const masks = new Map<string, readonly Section[]>();
const mostMasks = 500;

function sectionsOf(mask: string): readonly Section[] {
  let found = masks.get(mask);
  if (!found) {
    if (masks.size >= mostMasks) masks.clear();
    found = split(mask).map(readSection);
    masks.set(mask, found);
  }
  return found;
}

function split(mask: string): string[] {
  const sections = [''];
  let quoted = false;
  for (let i = 0; i < mask.length; i++) {
    const c = mask[i] ?? '';
    if (c === '"') quoted = !quoted;
    if (c === ';' && !quoted) sections.push('');
    else sections[sections.length - 1] += c;
    if (c === '\\' && !quoted && i + 1 < mask.length) sections[sections.length - 1] += mask[++i] ?? '';
  }
  return sections;
}

const colours = new Set(['black', 'blue', 'cyan', 'green', 'magenta', 'red', 'white', 'yellow']);
const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
  '<>': (value, limit) => value !== limit,
};

/** What stands in brackets: a colour, a condition, a currency sign. False when it is none of them. */
function readBracket(content: string, section: Section): boolean {
  const name = content.trim().toLowerCase();
  if (colours.has(name)) {
    section.colour = name;
    return true;
  }
  const condition = /^(<=|>=|<>|<|>|=)\s*(-?[\d.]+)$/.exec(name);
  const compare = comparisons[condition?.[1] ?? ''];
  if (compare) {
    const limit = Number(condition?.[2]);
    section.holds = (value) => compare(value, limit);
    return true;
  }
  const currency = /^\$([^-\]]*)(-[0-9a-f]+)?$/i.exec(content);
  if (!currency) return false;
  if (section.digits) section.suffix += currency[1] ?? '';
  else section.prefix += currency[1] ?? '';
  return true;
}

function readSection(text: string): Section {
  const section: Section = {
    prefix: '',
    suffix: '',
    integer: '',
    fraction: '',
    grouped: false,
    percent: false,
    digits: false,
    general: false,
    colour: '',
    holds: null,
  };
  const literal = (piece: string): void => {
    if (section.digits) section.suffix += piece;
    else section.prefix += piece;
  };
  let quoted = false;
  let fraction = false;
  let brackets = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    const next = text[i + 1] ?? '';
    const ended = section.suffix !== '';
    if (c === '"') quoted = !quoted;
    else if (quoted) literal(c);
    else if (c === '\\') literal(text[++i] ?? '');
    else if (c === '[' && text.indexOf(']', i) > i && readBracket(text.slice(i + 1, text.indexOf(']', i)), section)) {
      brackets = true;
      i = text.indexOf(']', i);
    } else if (!ended && isDigit(c)) {
      section.digits = true;
      if (fraction) section.fraction += c;
      else section.integer += c;
    } else if (!ended && c === ',' && section.digits && !fraction && isDigit(next)) section.grouped = true;
    else if (!ended && c === '.' && !fraction && isDigit(next)) {
      fraction = true;
      section.digits = true;
    } else {
      if (c === '%') section.percent = true;
      literal(c);
    }
  }
  section.general = brackets && !section.digits && section.prefix.trim() === '';
  return section;
}

const isDigit = (c: string): boolean => c === '0' || c === '#';

function apply(value: number, section: Section, locale: string): string {
  if (!section.digits) return section.prefix + section.suffix;
  const scaled = section.percent ? shift(value, 2) : value;
  const [whole = '0', part = ''] = round(scaled, section.fraction.length).split('.');
  const { group, decimal } = separatorsOf(locale);
  const least = section.integer.split('').filter((c) => c === '0').length;
  let integer = (whole === '0' && least === 0 ? '' : whole).padStart(least, '0');
  if (section.grouped) integer = integer.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  const kept = section.fraction.lastIndexOf('0') + 1;
  let fraction = part.padEnd(section.fraction.length, '0');
  while (fraction.length > kept && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return section.prefix + integer + (fraction === '' ? '' : decimal + fraction) + section.suffix;
}

/** Moves the decimal point of the shortest decimal form: exact where multiplication is not. */
function shift(value: number, places: number): number {
  return Number(`${value}e${places}`) || value * 10 ** places;
}

/** Half away from zero, on the decimal form that a person sees. */
function round(value: number, digits: number): string {
  if (value >= 1e21) return BigInt(Math.round(value)).toString();
  const moved = Math.round(Number(`${value}e${digits}`));
  if (!Number.isFinite(moved) || moved >= 1e21) return value.toFixed(Math.min(digits, 100));
  const text = BigInt(moved)
    .toString()
    .padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
