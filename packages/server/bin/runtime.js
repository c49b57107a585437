// How the server is run; the operator's own environment goes before it.

// A quarter of Node's young generation: most of what start-up leaves behind there would stay resident. One thread
// collects so little in a millisecond, and waking others for it costs more than they take off it.
export const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=8',
  '--no-parallel-scavenge',
  // So that a server that has started can give back what starting took.
  '--expose-gc',
]

// For glibc, which else keeps a heap for each thread and returns little of what large bodies took.
export const ENVIRONMENT = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '1048576' }
