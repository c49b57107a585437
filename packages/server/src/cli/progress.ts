import type { Terminal } from './terminal.ts'

export interface Progress {
  show(done: number, name: string): void
  done(sizeBytes: number): void
  /** A line that stays, above the bar. */
  say(text: string): void
  end(): void
}

const WIDTH = 24

/** `share` is between 0 and 1. */
export function progressBar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * WIDTH)
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`
}

/** A bar on a terminal; elsewhere only the lines that stay. Counts bytes, because files differ. */
export function createProgress(terminal: Terminal, files: number, sizeBytes: number): Progress {
  let doneBytes = 0
  const clear = terminal.interactive ? '\r\u001B[2K' : ''
  return {
    show(done, name) {
      if (!terminal.interactive) return
      const share = sizeBytes === 0 ? 1 : doneBytes / sizeBytes
      terminal.progress(
        `${clear}${progressBar(share)} ${Math.round(share * 100)} %  ${done + 1}/${files}  ${name.slice(-40)}`,
      )
    },
    done(size) {
      doneBytes += size
    },
    say(text) {
      if (terminal.interactive) terminal.progress(clear)
      terminal.err(text)
    },
    end() {
      if (terminal.interactive) terminal.progress(clear)
    },
  }
}
