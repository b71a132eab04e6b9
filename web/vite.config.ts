import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** Where the development server finds the program; its sign-in refuses origins other than loopback. */
const program = process.env.SHOPWRIGHT_PROGRAM ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { outDir: '../src/shopwright/static', emptyOutDir: true, target: 'es2022' },
  server: { proxy: { '/api': { target: program, ws: true }, '/docs': program } },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://shop.test/' } },
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    css: false,
  },
})
