import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const knowledgeRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/knowledge',
    component: lazyRouteComponent(() => import('./knowledge-screen.tsx'), 'KnowledgeScreen'),
  }),
]
