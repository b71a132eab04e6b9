import { lazy, Suspense, useEffect, useState } from 'react'

import { prepareDialogs } from '../parts/Dialog'
import { whenToastsAreWanted } from './toasts'

const Toasts = lazy(() => import('./Toasts').then((module) => ({ default: module.Toasts })))
const SIGNS = ['keydown', 'pointerdown'] as const

/**
 * Where toasts appear, outside the frame's grid: it would take a row of it. Nothing is to be told before somebody does
 * something: its code comes with the first key or press, and is there, heard by screen readers, before the answer is.
 */
export function LateToasts() {
  const [isWanted, setWanted] = useState(false)
  useEffect(() => {
    const bring = () => {
      setWanted(true)
      prepareDialogs()
    }
    whenToastsAreWanted(bring)
    for (const sign of SIGNS) document.addEventListener(sign, bring, { once: true, capture: true })
    return () => {
      for (const sign of SIGNS) document.removeEventListener(sign, bring, { capture: true })
    }
  }, [])
  if (!isWanted) return null
  return (
    <Suspense>
      <Toasts />
    </Suspense>
  )
}
