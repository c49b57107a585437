import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'
import { readFilter } from './ledger-filter.ts'

/** The addresses of this area. */
export const trustRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/trust',
    component: lazyRouteComponent(() => import('./trust-screen.tsx'), 'TrustScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/trust/ledger',
    validateSearch: readFilter,
    component: lazyRouteComponent(() => import('./ledger-screen.tsx'), 'LedgerScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/trust/requests/$id',
    component: lazyRouteComponent(() => import('./request-screen.tsx'), 'RequestScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/trust/simulator',
    component: lazyRouteComponent(() => import('./simulator-screen.tsx'), 'SimulatorScreen'),
  }),
]
