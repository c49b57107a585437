import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// oxlint-disable-next-line import/no-default-export -- where Vite looks for it
export default defineConfig({
  plugins: [react(), tailwindcss()],
  // The server puts a nonce of its own into each page that it gives out.
  html: { cspNonce: '__NONCE__' },
  build: {
    manifest: true,
    // A data URI would need a hole in the content security policy, and so would the polyfill's inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is loaded late (highlighting, diagrams) may be big; the initial load is bounded by a test.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What every page needs and releases seldom change: one file, which stays in the browser.
            {
              name: 'base',
              test: /node_modules[/\\](?:react|react-dom|scheduler|@lingui|@tanstack[/\\](?:react-)?(?:router|query|store)|@tanstack[/\\](?:router|query)-core|@tanstack[/\\]history)[/\\]/,
            },
            // Drawings of two hundred bytes each would be thirty requests of a first visit.
            { name: 'signs', test: /node_modules[/\\]lucide-react[/\\]/, minShareCount: 4 },
          ],
        },
      },
    },
  },
})
