type Write = (line: string, mayWait: boolean) => void

/** Where log lines go. */
export interface Lines {
  readonly write: Write
  /** From now on this one gets every line as well. */
  readonly follow: (also: (line: string) => void) => void
}

/** Lines for whoever was given, and later for somebody else too. */
export function tapped(write: Write): Lines {
  let follower: ((line: string) => void) | null = null
  return {
    write(line, mayWait) {
      write(line, mayWait)
      follower?.(line)
    },
    follow: (also) => void (follower = also),
  }
}
