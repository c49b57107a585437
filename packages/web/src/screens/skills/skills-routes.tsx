import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const skillsRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/skills',
    component: lazyRouteComponent(() => import('./skills-screen.tsx'), 'SkillsScreen'),
  }),
]
