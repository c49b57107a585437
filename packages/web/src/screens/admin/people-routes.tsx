import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'

/** The addresses about who comes in and what they may do. */
export const peopleRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/admin/people',
    component: lazyRouteComponent(() => import('./people/people-screen.tsx'), 'PeopleScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/people/$id',
    component: lazyRouteComponent(() => import('./people/person-screen.tsx'), 'PersonScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/groups',
    component: lazyRouteComponent(() => import('./people/groups-screen.tsx'), 'GroupsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/service-accounts',
    component: lazyRouteComponent(() => import('./people/services-screen.tsx'), 'ServicesScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/service-accounts/$id',
    component: lazyRouteComponent(() => import('./people/service-screen.tsx'), 'ServiceScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/api-keys',
    component: lazyRouteComponent(() => import('./people/api-keys-screen.tsx'), 'ApiKeysScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/sign-in',
    component: lazyRouteComponent(() => import('./people/sign-in-screen.tsx'), 'SignInScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/policies',
    component: lazyRouteComponent(() => import('./people/policies-screen.tsx'), 'PoliciesScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/tenants',
    component: lazyRouteComponent(() => import('./people/tenants-screen.tsx'), 'TenantsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/tenants/$id',
    component: lazyRouteComponent(() => import('./people/tenant-screen.tsx'), 'TenantScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/emergency',
    component: lazyRouteComponent(() => import('./people/emergency-screen.tsx'), 'EmergencyScreen'),
  }),
]
