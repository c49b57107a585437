import './look/look.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startLanguage } from './language/language.ts'
import { Announcer } from './parts/announce.tsx'
import { Hints } from './parts/hint.tsx'
import { Toasts } from './parts/toast.tsx'
import { router } from './router.tsx'
import { createQueries } from './server.ts'
import { Gate } from './session/gate.tsx'

// Styles that libraries add while the page runs are let through by the nonce of this very page.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce
if (nonce) setNonce(nonce)
startLanguage()

const place = document.querySelector('#app')
if (place === null) throw new Error('The page has no #app.')
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={createQueries()}>
      <Gate>
        <RouterProvider router={router} />
      </Gate>
      <Toasts />
      <Hints />
      <Announcer />
    </QueryClientProvider>
  </StrictMode>,
)

if ('serviceWorker' in navigator && isSecureContext)
  // Without it the app works the same, but not offline.
  navigator.serviceWorker.register('/sw.js').catch(() => {})
