import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useState } from 'react'

import type { WindowProps } from './Dialog'

/** The window of an open dialog. */
export function DialogWindow({ onClose, title, about, children, wide }: WindowProps) {
  const [before] = useState(() => document.activeElement)
  const giveFocusBack = (event: Event) => {
    event.preventDefault() // Radix knows only the focus of a trigger, and these dialogs have none
    if (before instanceof HTMLElement) before.focus()
  }
  return (
    <Radix.Root open onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/35" />
        <Radix.Content
          {...(about ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusFirstField}
          onCloseAutoFocus={giveFocusBack}
          className={`fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[calc(100vw-32px)] -translate-x-1/2 flex-col overflow-hidden rounded-8 border border-line bg-raised shadow-float ${wide ? 'max-w-[840px]' : 'max-w-[480px]'}`}
        >
          <header className="flex items-start gap-3 px-5 pt-4">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-16 font-semibold">{title}</Radix.Title>
              {about && <Radix.Description className="mt-1 text-13 text-muted">{about}</Radix.Description>}
            </div>
            <Radix.Close aria-label="Close" className="rounded-6 p-1 text-muted hover:bg-hover hover:text-text">
              <X size={16} aria-hidden />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-3 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A dialog with a field is there to be filled in: the focus goes to the field, not to the way out. */
function focusFirstField(event: Event): void {
  const field = (event.currentTarget as HTMLElement).querySelector<HTMLElement>('input, select, textarea')
  if (!field) return
  event.preventDefault()
  field.focus()
}
