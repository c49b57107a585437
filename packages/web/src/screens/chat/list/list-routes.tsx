import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../../router.tsx'

/** What lies around conversations, each at an address of its own. */
export const listRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/chat/templates',
    component: lazyRouteComponent(() => import('../templates/templates-screen.tsx'), 'TemplatesScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/chat/memories',
    component: lazyRouteComponent(() => import('../templates/memories-screen.tsx'), 'MemoriesScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/chat/import',
    component: lazyRouteComponent(() => import('../moving/import-screen.tsx'), 'ImportScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/chat/shared/$token',
    component: lazyRouteComponent(() => import('../sharing/shared-screen.tsx'), 'SharedScreen'),
  }),
]
