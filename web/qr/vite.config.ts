import { defineConfig } from 'vite';

// One module, /$lib/auth/qr.js on the server, which auth.js loads when a page shows a code.
export default defineConfig({
  esbuild: { legalComments: 'none' },
  build: {
    outDir: process.env['QODLY_QR_OUT'] ?? '../../build/web/auth',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    lib: { entry: 'src/qr.ts', formats: ['es'], fileName: () => 'qr.js' },
  },
});
