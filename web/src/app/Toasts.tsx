import { Toaster } from 'sonner'

import { usePreferences } from './preferences'

/** Where toasts appear. Outside the frame's grid: it would take a row of it. */
export function Toasts() {
  const { theme } = usePreferences()
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
