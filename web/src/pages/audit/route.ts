import { createRoute, lazyRouteComponent } from '@tanstack/react-router'

import { shellRoute } from '../../app/roots'
import { integer, oneOf, text } from '../../parts/search'
import { ACTORS, AREAS, type AuditSearch } from './filtering'

export const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  validateSearch: (raw: Record<string, unknown>): AuditSearch => ({
    area: oneOf(raw, 'area', AREAS),
    actor: oneOf(raw, 'actor', ACTORS),
    from: day(raw, 'from'),
    to: day(raw, 'to'),
    subject: text(raw, 'subject'),
    request: text(raw, 'request'),
    entry: integer(raw, 'entry', 1, Number.MAX_SAFE_INTEGER),
  }),
  component: lazyRouteComponent(() => import('./AuditPage'), 'AuditPage'),
})

function day(raw: Record<string, unknown>, name: string): string | undefined {
  const value = text(raw, name)
  return value !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
}
