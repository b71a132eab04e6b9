import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'

export type WindowProps = {
  onClose: () => void
  title: string
  /** One sentence under the title. */
  about?: ReactNode
  children: ReactNode
  wide?: boolean
}

const loadWindow = () => import('./DialogWindow')
const DialogWindow = lazy(() => loadWindow().then((module) => ({ default: module.DialogWindow })))

/** Have the code of dialogs at hand: it is read with the first key or press, not with every page. */
export function prepareDialogs(): void {
  void loadWindow()
}

/** A dialog over the page. Escape closes it and the focus goes back to where it came from. */
export function Dialog({ open, ...window }: WindowProps & { open: boolean }) {
  if (!open) return null
  return (
    <Suspense fallback={<Coming />}>
      <DialogWindow {...window} />
    </Suspense>
  )
}

/** It is a dialog already while its code is on the way: letters typed meanwhile are not the page's. */
function Coming() {
  return <div role="dialog" aria-label="Loading" aria-busy />
}

/** A dialog that is loaded when it is opened, for what a page shows rarely. */
export function lateDialog<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Late = lazy(() => load().then((dialog) => ({ default: dialog as ComponentType<object> })))
  return function LateDialog(props: Props) {
    return (
      <Suspense fallback={<Coming />}>
        <Late {...props} />
      </Suspense>
    )
  }
}

/** The row of buttons at a dialog's end; in a long one it stays in sight. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="sticky -bottom-5 -mx-5 mt-5 -mb-5 flex justify-end gap-2 bg-raised px-5 pt-3 pb-5">{children}</div>
}
