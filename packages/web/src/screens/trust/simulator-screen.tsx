import type { ReactNode } from 'react'
export function SimulatorScreen(): ReactNode {
  return null
}
