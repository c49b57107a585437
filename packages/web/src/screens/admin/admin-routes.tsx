import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const adminRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/admin',
    component: lazyRouteComponent(() => import('./admin-screen.tsx'), 'AdminScreen'),
  }),
]
