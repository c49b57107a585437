import { useEffect, useState } from 'react'

/** A value once it has not changed for a while; the first one and an emptied one at once. */
export function useRested(value: string, restMs: number): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), value === '' ? 0 : restMs)
    return () => clearTimeout(timer)
  }, [value, restMs])
  return rested
}
