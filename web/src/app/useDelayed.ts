import { useEffect, useState } from 'react'

/** True once `on` has lasted for `ms`: what is quicker than that shows no skeleton. */
export function useDelayed(on: boolean, ms = 200): boolean {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!on) return undefined
    const timer = setTimeout(() => setShown(true), ms)
    return () => {
      clearTimeout(timer)
      setShown(false)
    }
  }, [on, ms])
  return on && shown
}
