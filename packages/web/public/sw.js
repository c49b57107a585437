// Keeps the shell of the app, so that it opens without a network. What people wrote is never kept here.
const SHELL = 'freehold-shell'

self.addEventListener('install', (event) => {
  // A call of a page that closes is lost where it waits for this worker to look at it.
  event.addRoutes?.({ condition: { urlPattern: new URLPattern({ pathname: '/api/*' }) }, source: 'network' })
  void self.skipWaiting()
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (url.pathname.startsWith('/assets/')) event.respondWith(fromShell(request))
  else if (request.mode === 'navigate' && isOfApp(url.pathname)) event.respondWith(page(request))
})

/** Links of shares, providers and the API are the server's own. */
const isOfApp = (path) =>
  path === '/' || /^\/(?:chat|knowledge|skills|trust|admin|account|start)(?:\/|$)/.test(path)

/** Names of assets carry their hash: what is kept is what would be sent. */
async function fromShell(request) {
  const shell = await caches.open(SHELL)
  const kept = await shell.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await shell.put(request, answer.clone())
  return answer
}

async function page(request) {
  const shell = await caches.open(SHELL)
  try {
    const answer = await fetch(request)
    if (answer.ok) {
      await shell.put('/', answer.clone())
      await forgetOld(shell, await answer.clone().text())
    }
    return answer
  } catch (error) {
    const kept = await shell.match('/')
    if (kept) return kept
    throw error
  }
}

/** A new version names other assets; those of the page before go once it no longer names them, the lazy ones too. */
async function forgetOld(shell, html) {
  const entry = /\/assets\/[\w.-]+\.js/.exec(html)?.[0]
  if (!entry || (await shell.match(entry))) return
  const names = await shell.keys()
  await Promise.all(
    names
      .filter((kept) => new URL(kept.url).pathname.startsWith('/assets/'))
      .map((kept) => shell.delete(kept)),
  )
}
