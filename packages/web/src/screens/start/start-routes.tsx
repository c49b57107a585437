import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const startRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/start',
    component: lazyRouteComponent(() => import('./start-screen.tsx'), 'StartScreen'),
  }),
]
