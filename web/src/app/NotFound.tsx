import { Link } from '@tanstack/react-router'

import { EmptyState } from '../parts/EmptyState'
import { words } from './words'

/** No page has this address. */
export function NotFound() {
  return (
    <main className="h-full">
      <EmptyState isPage title={words.notFound} action={<Link to="/" className="text-13 font-medium text-accent hover:underline">{words.toDashboard}</Link>}>
        {words.notFoundAbout}
      </EmptyState>
    </main>
  )
}
