import { useEffect } from 'react'
import { toast, Toaster } from 'sonner'

import { usePreferences } from './preferences'
import { toastsAreThere } from './toasts'

/** The place where toasts appear. */
export function Toasts() {
  const { theme } = usePreferences()
  useEffect(() => toastsAreThere(toast), [])
  return (
    <Toaster
      theme={theme}
      position="bottom-right"
      style={{ fontFamily: 'inherit' }}
      toastOptions={{
        style: { background: 'var(--raised)', color: 'var(--text)', borderColor: 'var(--line)', borderRadius: 8, fontFamily: 'inherit', boxShadow: 'var(--shadow)' },
        actionButtonStyle: { background: 'var(--accent)', color: 'var(--accent-text)' },
        descriptionClassName: 'toast-about',
      }}
    />
  )
}
