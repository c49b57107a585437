import type { ReactNode } from 'react'
export function RequestScreen(): ReactNode {
  return null
}
