import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses of this area. */
export const skillsRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/skills',
    component: lazyRouteComponent(() => import('./installed-screen.tsx'), 'InstalledScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/skills/catalogue',
    component: lazyRouteComponent(() => import('./catalogue-screen.tsx'), 'CatalogueScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/skills/approvals',
    component: lazyRouteComponent(() => import('./approvals-screen.tsx'), 'ApprovalsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/skills/reviews',
    component: lazyRouteComponent(() => import('./reviews-screen.tsx'), 'ReviewsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/skills/new',
    component: lazyRouteComponent(() => import('./draft-screen.tsx'), 'DraftScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/skills/of/$name',
    component: lazyRouteComponent(() => import('./skill-screen.tsx'), 'SkillScreen'),
  }),
]
