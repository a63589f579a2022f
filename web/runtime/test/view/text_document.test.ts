// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { plainWords, readDocument, writeDocument, type TextBlock } from '../../src/components/text_document';

const p = (...children: TextBlock['children']): TextBlock => ({ type: 'paragraph', children });

describe('what a text editor reads', () => {
  const cases: [string, unknown, string, TextBlock[]][] = [
    ['nothing', null, 'text', [p({ text: '' })]],
    ['plain lines', 'a\r\nb', 'text', [p({ text: 'a' }), p({ text: 'b' })]],
    ['a number', 5, 'text', [p({ text: '' })]],
    ['a comparison is no HTML', 'a < b and c > d', 'text', [p({ text: 'a < b and c > d' })]],
    ['stored JSON', '[{"type":"paragraph","children":[{"text":"x","bold":true}]}]', 'text', [p({ text: 'x', bold: true })]],
    ['JSON that is broken is words', '[{"type"', 'text', [p({ text: '[{"type"' })]],
    ['a value', [{ type: 'paragraph', children: [{ text: 'v' }] }], 'value', [p({ text: 'v' })]],
    [
      'loose words',
      [{ text: 'a' }, { type: 'link', url: 'x', children: [{ text: 'b' }] }],
      'value',
      [p({ text: 'a' }, { type: 'link', url: 'x', children: [{ text: 'b' }] })],
    ],
    ['no children', [{ type: 'paragraph', children: [] }, 5, null, { type: 'x' }], 'value', [p({ text: '' })]],
    [
      'unknown keys stay',
      [{ type: 'mention', id: 7, children: [{ text: '@a', mark: 'm' }] }],
      'value',
      [{ type: 'mention', id: 7, children: [{ text: '@a', mark: 'm' }] } as unknown as TextBlock],
    ],
    [
      'HTML',
      '<h1>T</h1><p style="text-align: center">a <b>b<i>c</i></b></p>',
      'html',
      [
        { type: 'heading-one', children: [{ text: 'T' }] },
        {
          type: 'paragraph',
          align: 'center',
          children: [{ text: 'a ' }, { text: 'b', bold: true }, { text: 'c', bold: true, italic: true }],
        },
      ],
    ],
    [
      'HTML lists and links',
      '<ul><li>x</li></ul><a href="https://a.b">l</a>',
      'html',
      [
        { type: 'bulleted-list', children: [{ type: 'list-item', children: [{ text: 'x' }] }] },
        p({ type: 'link', url: 'https://a.b', children: [{ text: 'l' }] }),
      ],
    ],
    [
      'scripts in HTML are gone',
      '<p onclick="x">a<script>alert(1)</script><style>b{}</style></p><iframe src=x></iframe>',
      'html',
      [p({ text: 'a' })],
    ],
  ];
  test.each(cases)('%s', (_, source, form, blocks) => {
    const read = readDocument(source);
    expect(read.form).toBe(form);
    expect(read.blocks).toEqual(blocks);
  });
  test('depth and size are bound', () => {
    let deep: unknown = { text: 'end' };
    for (let i = 0; i < 500; i++) deep = { type: 'block-quote', children: [deep] };
    expect(plainWords(readDocument([deep]).blocks)).toBe('');
    const wide = readDocument(Array.from({ length: 30_000 }, () => ({ type: 'paragraph', children: [{ text: 'x' }] })));
    expect(wide.blocks.length).toBeLessThanOrEqual(20_000);
    const html = `${'<div>'.repeat(400)}x${'</div>'.repeat(400)}`;
    expect(readDocument(html).blocks.length).toBe(1);
  });
});

describe('what it writes', () => {
  test.each([
    '[{"type":"heading-two","children":[{"text":"a"}]}]',
    '[{"type":"paragraph","align":"right","children":[{"text":"<b>&\\"","bold":true,"color":"red"}]}]',
  ])('%s comes back as it was', (source) => {
    const read = readDocument(source);
    expect(JSON.parse(String(writeDocument(read.blocks, read.form)))).toEqual(JSON.parse(source));
  });
  test.each([
    ['<p>a <strong>b</strong></p>', '<p>a <strong>b</strong></p>'],
    ['<p>a&lt;b &amp; c<br>d</p>', '<p>a&lt;b &amp; c<br>d</p>'],
    ['<p><a href="javascript:x()">l</a></p>', '<p><a href="about:blank">l</a></p>'],
    ['<p><img src="x&quot; onerror=y"></p>', '<p><img src="x&quot; onerror=y" alt=""></p>'],
    ['<ol><li>1</li></ol><blockquote>q</blockquote>', '<ol><li>1</li></ol><blockquote>q</blockquote>'],
  ])('HTML stays HTML: %s', (source, expected) => {
    const read = readDocument(source);
    expect(writeDocument(read.blocks, read.form)).toBe(expected);
  });
});
