import type { KindPorts } from '../skills/kinds/kind-ports.ts'

/** What skills run with in a process that has no server around it. */
export async function withTestPorts<T>(
  err: (line: string) => void,
  act: (ports: KindPorts) => Promise<T>,
): Promise<T> {
  const say = (message: string): void => err(message)
  return act({ log: { info: () => undefined, warn: say, error: say } })
}
