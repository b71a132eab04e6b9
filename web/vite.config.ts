import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** Where the development server finds the program; its sign-in refuses origins other than loopback. */
const program = process.env.SHOPWRIGHT_PROGRAM ?? 'http://127.0.0.1:8000'

/** What every page needs, in one file: forty small ones take longer to ask for than to read. */
const FRAME = [
  /node_modules\/(react|react-dom|scheduler|openapi-fetch|lucide-react\/dist\/esm\/(?!icons))\b(?!-)/,
  /node_modules\/@tanstack\/(router-core|react-router|history|store|react-store|query-core|react-query)\//,
  /web\/src\/(main|api\/|app\/(?!AccountMenu|KeyList|Palette|Toasts\.))/,
  /web\/src\/parts\/(Age|Button|deferred|Dialog|EmptyState|ErrorBoundary|format|Kbd|Money|Page|Panel|Problem|search)\.tsx?$/,
]
const isOfFrame = (id: string) => FRAME.some((one) => one.test(id))

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../src/shopwright/static',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'frame', test: isOfFrame }] } } },
  },
  server: { proxy: { '/api': { target: program, ws: true }, '/docs': program } },
  test: {
    environment: 'happy-dom',
    environmentOptions: { happyDOM: { url: 'http://shop.test/' } },
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    css: false,
  },
})
