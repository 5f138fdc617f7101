import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  resolve: {
    alias: {
      '@': root.replace(/\/$/, ''),
      // Vitest runs server rooms outside of Next's server graph, where the marker package throws.
      'server-only': fileURLToPath(new URL('./e2e/empty-module.ts', import.meta.url)),
    },
  },
  test: {
    include: [
      'lib/**/*.test.ts',
      'app/**/*.test.ts',
      'components/**/*.test.ts',
      'components/**/*.test.tsx',
      'bin/**/*.test.ts',
      'e2e/contract/**/*.test.ts',
      'e2e/integration/**/*.test.ts',
      'e2e/lockout/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    // A slow machine is no failure; what hangs is still found.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
