import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Parent } from '../../router.tsx'
import { readFilter } from './audit/filter.ts'

/** The addresses of this area that are about the installation as a whole. */
export const adminRoutes = (parent: Parent) => [
  createRoute({
    getParentRoute: parent,
    path: '/admin',
    component: lazyRouteComponent(() => import('./admin-screen.tsx'), 'AdminScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/audit',
    validateSearch: readFilter,
    component: lazyRouteComponent(() => import('./audit/audit-screen.tsx'), 'AuditScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/settings',
    component: lazyRouteComponent(() => import('./settings-screen.tsx'), 'SettingsScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/keeping',
    component: lazyRouteComponent(() => import('./keeping-screen.tsx'), 'KeepingScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/usage',
    component: lazyRouteComponent(() => import('./usage-screen.tsx'), 'UsageScreen'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin/encryption',
    component: lazyRouteComponent(() => import('./encryption-screen.tsx'), 'EncryptionScreen'),
  }),
]
