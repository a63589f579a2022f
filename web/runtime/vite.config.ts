import { createHash } from 'node:crypto';
import { defineConfig, type Plugin } from 'vite';

/** The icon font in its compressed form is enough for every browser that runs this code. */
function onlyCompressedFonts(): Plugin {
  return {
    name: 'only-compressed-fonts',
    enforce: 'pre',
    transform(code, id) {
      return id.endsWith('.css') ? code.replace(/,\s*url\([^)]*\.ttf[^)]*\)\s*format\("truetype"\)/g, '') : null;
    },
  };
}

/** What the server needs to know of the shell: the hash of the inline import map, for the content security policy. */
function policy(): Plugin {
  return {
    name: 'policy',
    enforce: 'post',
    generateBundle(_, bundle) {
      const shell = bundle['index.html'];
      if (shell?.type !== 'asset') return;
      const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(String(shell.source))?.[1] ?? '';
      const hash = createHash('sha256').update(map).digest('base64');
      const csp = `default-src 'self'; script-src 'self' 'sha256-${hash}'; style-src 'self'; img-src 'self' data: blob: https: http:; font-src 'self' data: https:; connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'`;
      this.emitFile({ type: 'asset', fileName: 'csp.txt', source: csp });
    },
  };
}

/**
 * What every page loads: few files, since each costs a request, but several, since they are compiled side by side and the first
 * runs while the others still are. `core` asks for data, `screen` draws.
 */
function sharedChunk(id: string): string | undefined {
  if (/node_modules\/(react|react-dom|scheduler)\/|commonjsHelpers/.test(id)) return 'react';
  if (/\/src\/(main\.ts|(base|model|rest|logic)\/|app\/(?!shell|live)|data\/(?!live)|view\/parts)|preload-helper/.test(id))
    return 'core';
  if (/\/src\/(screen\.tsx|format\/|css\/|components\/data_table)|\/ui\/src\/virtual/.test(id)) return 'screen';
  return undefined;
}

const drawing = /^assets\/(react|screen)-/;

/** The shell names the code that draws: it arrives together with what asks for it. */
function drawingAhead(): Plugin {
  return {
    name: 'drawing-ahead',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => drawing.test(file) && file.endsWith('.js'))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
            injectTo: 'head',
          })),
    },
  };
}

// The files lie below /$lib/renderer/ on the server; addresses inside them are relative.
export default defineConfig({
  base: './',
  plugins: [onlyCompressedFonts(), drawingAhead(), policy()],
  esbuild: { jsx: 'automatic', legalComments: 'none' },
  build: {
    outDir: process.env['QODLY_WEB_OUT'] ?? '../../build/web/renderer',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files) => files.filter((file) => !/^assets\/(core|react|screen)-.*js$/.test(file)),
    },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: 'index.html', 'sdk-react': 'src/sdk/react.ts', 'sdk-jsx': 'src/sdk/jsx.ts', 'sdk-kit': 'src/sdk/kit.ts' },
      preserveEntrySignatures: 'exports-only',
      output: {
        manualChunks: sharedChunk,
        entryFileNames: (chunk) => (chunk.name.startsWith('sdk-') ? '[name].js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
});
