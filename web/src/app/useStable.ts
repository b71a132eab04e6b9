import { useCallback, useLayoutEffect, useRef } from 'react'

/** The same function for ever that does what the latest one does: for handlers of memoised rows. */
export function useStable<Args extends unknown[], Result>(work: (...args: Args) => Result): (...args: Args) => Result {
  const latest = useRef(work)
  useLayoutEffect(() => {
    latest.current = work
  })
  return useCallback((...args: Args) => latest.current(...args), [])
}
