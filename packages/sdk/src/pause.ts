/** Waits; throws the reason of the signal when it is called off. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const off = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', off)
      resolve()
    }, ms)
    signal?.addEventListener('abort', off, { once: true })
  })
}

/** Longer with every failure, and by chance, so that not all clients come back at the same moment. */
export const backoffMs = (failures: number, { firstMs = 250, mostMs = 10_000 } = {}): number =>
  Math.min(mostMs, firstMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
