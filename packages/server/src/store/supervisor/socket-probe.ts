import { connect } from 'node:net'

/** Nobody listens there: no such name, or one that its maker left behind. */
const UNANSWERED = new Set(['ENOENT', 'ECONNREFUSED'])

/**
 * Whether a process listens on this Unix socket, in whatever container of this machine it runs. The kernel itself
 * accepts, so one that hangs or was stopped answers too. What cannot be asked counts as answered.
 */
export function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', (error) => resolve(!('code' in error && UNANSWERED.has(String(error.code)))))
  })
}
