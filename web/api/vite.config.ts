import { defineConfig } from 'vite';

// The files lie below /$lib/api/ on the server.
export default defineConfig({
  base: './',
  esbuild: { legalComments: 'none' },
  build: {
    outDir: process.env['QODLY_API_OUT'] ?? '../../build/web/api',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
});
