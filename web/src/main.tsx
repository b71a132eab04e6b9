import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { live } from './api/live'
import { hasMoved } from './api/me'
import { ApiProblem } from './api/problem'
import { queryClient } from './api/queries'
import { whenSessionMoved, whenSignedOut } from './api/session'
import { answerKey } from './app/keys'
import { applyPreferences, followSystemTheme } from './app/preferences'
import { router } from './app/routes'
import { LateToasts } from './app/LateToasts'
import './styles/index.css'

applyPreferences()
followSystemTheme()
document.addEventListener('keydown', answerKey)
whenSignedOut(() => {
  if (router.state.location.pathname === '/login') return
  const from = router.state.location.href
  queryClient.clear()
  void router.navigate({ to: '/login', search: { from } })
})

whenSessionMoved(() => void followSession())

/** Leave nothing of one shop on the screen when a tab beside this one has gone to another. */
async function followSession(): Promise<void> {
  if (!(await hasMoved().catch(() => false))) return
  queryClient.clear()
  live.restart()
  await router.navigate({ to: '/' })
  await router.invalidate()
}

/** A panel that caught an answer of the program shows it; the console is for faults of the pages. */
function logFault(error: unknown): void {
  if (!(error instanceof ApiProblem)) reportError(error)
}

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root, { onCaughtError: logFault }).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <LateToasts />
    </QueryClientProvider>
  </StrictMode>,
)
