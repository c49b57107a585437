import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses about where requests go and what is done to them. */
export const routingRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/admin/targets',
    component: lazyRouteComponent(() => import('./routing/targets-screen.tsx'), 'TargetsScreen'),
  }),
  // A target may be called "new", so this stands beside the list and not below it.
  createRoute({
    getParentRoute: parent,
    path: '/admin/new-target',
    component: lazyRouteComponent(() => import('./routing/target-form-screen.tsx'), 'NewTargetScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/targets/$name',
    component: lazyRouteComponent(() => import('./routing/target-screen.tsx'), 'TargetScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/targets/$name/edit',
    component: lazyRouteComponent(() => import('./routing/target-form-screen.tsx'), 'EditTargetScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/routes',
    // A rule that a refused request would need; what is wrong with it is found where it is read.
    validateSearch: ({ add }: { readonly add?: unknown }) => (add === undefined ? {} : { add }),
    component: lazyRouteComponent(() => import('./routing/rules-screen.tsx'), 'RulesScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/desensitising',
    component: lazyRouteComponent(() => import('./routing/desensitising-screen.tsx'), 'DesensitisingScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/cache',
    component: lazyRouteComponent(() => import('./routing/cache-screen.tsx'), 'CacheScreen'),
  }),
]
