// Only what is called is loaded: the rest of undici (fetch, WebSocket, caches) takes 60 ms of every start and 6 MiB.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici'
  const pool: typeof Pool
  export default pool
}
declare module 'undici/lib/core/errors.js' {
  import type { errors } from 'undici'
  const all: typeof errors
  export default all
}
