import { useState } from 'react'

import { Button } from './Button'
import { Dialog, DialogActions } from './Dialog'
import { Field } from './Field'

type ConfirmProps = {
  open: boolean
  onClose: () => void
  onConfirm: () => void | Promise<unknown>
  title: string
  /** What happens, and that it cannot be undone. */
  about: string
  /** The button's verb: `Delete policy`. */
  action: string
  /** What has to be typed, for the gravest. */
  typed?: string
}

/** Asks before what cannot be undone. Whatever can be undone is done at once and offers Undo instead. */
export function Confirm({ open, onClose, onConfirm, title, about, action, typed }: ConfirmProps) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const close = () => {
    setText('')
    onClose()
  }
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      close()
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open={open} onClose={close} title={title} about={about}>
      {typed && (
        <Field label={`Type ${typed} to confirm`}>
          {(props) => (
            <input {...props} className="control w-full" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
          )}
        </Field>
      )}
      <DialogActions>
        <Button onClick={close}>Cancel</Button>
        <Button kind="danger" busy={busy} disabled={typed !== undefined && text !== typed} onClick={() => void confirm()}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
