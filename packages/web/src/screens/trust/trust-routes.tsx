import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const trustRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/trust',
    component: lazyRouteComponent(() => import('./trust-screen.tsx'), 'TrustScreen'),
  }),
]
