import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'

import { useMay } from '../api/me'
import { useLiveQueries } from '../api/useLive'
import { lateDialog } from '../parts/Dialog'
import { useKeptPreferences } from './keptPreferences'
import { useKeys } from './keys'
import { LiveBar } from './LiveBar'
import { Nav } from './Nav'
import { destinationsFor } from './navigation'
import { OfflineBar } from './OfflineBar'
import { words } from './words'

const KeyList = lateDialog(() => import('./KeyList').then((module) => module.KeyList))
const Palette = lazy(() => import('./Palette').then((module) => ({ default: module.Palette })))

/** The frame around every page: navigation, palette, list of keys, offline bar. */
export function Shell() {
  useLiveQueries()
  useKeptPreferences()
  const navigate = useNavigate()
  const pages = destinationsFor(useMay()).flatMap((group) => group.pages)
  const [palette, setPalette] = useState<'unloaded' | 'open' | 'closed'>('unloaded')
  const [keyList, setKeyList] = useState(false)

  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      event.preventDefault()
      setPalette((now) => (now === 'open' ? 'closed' : 'open'))
    }
    document.addEventListener('keydown', open)
    return () => document.removeEventListener('keydown', open)
  }, [])
  useKeys(words.go, [
    { keys: '?', label: words.keys, run: () => setKeyList(true) },
    ...pages.map((page) => ({ keys: `g ${page.key}`, label: page.title, run: () => void navigate({ to: page.to }) })),
  ])

  const content = useRef<HTMLDivElement>(null)
  const { pathname } = useLocation()
  useEffect(() => {
    if (content.current) content.current.scrollTop = 0
  }, [pathname])

  return (
    <div className="grid h-full grid-cols-[208px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)] max-[900px]:grid-cols-[52px_minmax(0,1fr)]">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-6 focus:bg-accent focus:px-3 focus:py-1.5 focus:text-accent-text">
        {words.skip}
      </a>
      <Nav onSearch={() => setPalette('open')} onKeys={() => setKeyList(true)} />
      <div className="flex min-h-0 min-w-0 flex-col">
        <OfflineBar />
        <LiveBar />
        <div ref={content} id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
          <Outlet />
        </div>
      </div>
      {palette !== 'unloaded' && (
        <Suspense>
          <Palette open={palette === 'open'} onClose={() => setPalette('closed')} onKeys={() => setKeyList(true)} />
        </Suspense>
      )}
      {keyList && <KeyList onClose={() => setKeyList(false)} />}
    </div>
  )
}
