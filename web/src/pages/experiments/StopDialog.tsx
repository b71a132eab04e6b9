import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { api, read } from '../../api/client'
import { announce } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { words } from './words'

/** Why it is stopped, and what becomes of the prices: an experiment cannot be taken up again. */
export function StopDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [rollBack, setRollBack] = useState(true)
  const stop = async () => {
    await read(api.POST('/api/v1/pricing/experiments/{experiment_id}/stop', { params: { path: { experiment_id: id } }, body: { reason: reason.trim(), roll_back: rollBack } }))
    await client.invalidateQueries({ queryKey: ['policies', 'experiments'] })
    announce(rollBack ? words.stoppedBack : words.stopped)
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={words.stopTitle} about={words.stopAbout}>
      <Form onSubmit={stop}>
        {({ errors, busy }) => (
          <>
            <Field label={words.reason} hint={words.reasonHint} error={errors.reason}>
              {(props) => <input {...props} className="control w-full" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
            <label className="flex items-center gap-2 text-13">
              <input type="checkbox" className="size-4 accent-accent" checked={rollBack} onChange={(event) => setRollBack(event.target.checked)} />
              {words.rollBack}
            </label>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind="danger" busy={busy} disabled={reason.trim() === ''}>
                {words.stop}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}
