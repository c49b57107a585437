import type { ReactNode } from 'react'
export function LedgerScreen(): ReactNode {
  return null
}
