import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'

import { Problem } from '../parts/Problem'
import { words } from './words'

/** A page that failed as a whole; the frame around it still works. */
export function PageProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <main className="p-6">
      <Problem error={error} title={words.pageFailed} onRetry={retry} />
    </main>
  )
}
