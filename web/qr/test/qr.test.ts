import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { pathOf, qrPicture } from '../src/qr';

// Draws the path again: what a camera sees.
function modulesOf(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    const row = modules[Number(y)];
    if (row) row.fill(true, Number(x), Number(x) + Number(width));
  }
  return modules;
}

describe('a QR code', () => {
  it('is drawn module by module', () => {
    expect(pathOf([[true, true, false, true], [], [false, false, true]])).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM2 2h1v1h-1z');
  });

  it.each(['otpauth://totp/shop:mira%40cedar.example?secret=JBSWY3DPEHPK3PXP&issuer=shop', 'a', 'ü'.repeat(500)])(
    'holds its text: %#',
    (text) => {
      const svg = qrPicture(text, 'The code');
      const { data } = encode(text, { ecc: 'M', border: 4 });
      expect(svg.getAttribute('viewBox')).toBe(`0 0 ${data.length} ${data.length}`);
      expect(modulesOf(svg.querySelector('path')?.getAttribute('d') ?? '', data.length)).toEqual(data);
      expect(data[3]?.every((each) => !each)).toBe(true);
      expect(data[4]?.slice(4, 11).every(Boolean)).toBe(true);
      expect(svg.getAttribute('role')).toBe('img');
      expect(svg.getAttribute('aria-label')).toBe('The code');
    },
  );

  it('carries nothing of the text as markup', () => {
    const svg = qrPicture('"><script>alert(1)</script>', '"><b>');
    expect(svg.querySelector('script, b')).toBeNull();
  });
});
