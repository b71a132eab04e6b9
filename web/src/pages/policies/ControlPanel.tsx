import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { CirclePlay, OctagonPause } from 'lucide-react'
import { useState } from 'react'

import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { announce } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { controlQuery } from './queries'
import { words } from './words'

/** The kill switch: how it stands, and the one button that turns it. */
export function ControlPanel() {
  const { data: control } = useSuspenseQuery(controlQuery)
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const { halted } = control
  const Icon = halted ? OctagonPause : CirclePlay
  return (
    <section className={`flex flex-wrap items-center gap-3 rounded-8 border border-line px-4 py-3 ${halted ? 'bg-bad-soft' : 'bg-surface'}`}>
      <Icon size={20} aria-hidden className={halted ? 'text-bad' : 'text-good'} />
      <div className="min-w-0 flex-1" role="status">
        <p className="text-14 font-semibold">{halted ? words.halted : words.running}</p>
        <p className="text-13 text-muted">{halted ? `${control.reason ?? ''} · ${words.haltedAbout}` : words.runningAbout}</p>
      </div>
      <Button
        kind={halted ? 'primary' : 'danger'}
        disabled={!may('prices:halt')}
        title={may('prices:halt') ? undefined : 'You need the right prices:halt'}
        onClick={() => setAsking(true)}
      >
        {halted ? words.release : words.halt}
      </Button>
      {asking && <Turn halt={!halted} onClose={() => setAsking(false)} />}
    </section>
  )
}

function Turn({ halt, onClose }: { halt: boolean; onClose: () => void }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const turn = async () => {
    const control = await read(api.PUT('/api/v1/prices/control', { body: { halted: halt, reason: reason.trim() } }))
    client.setQueryData(controlQuery.queryKey, control)
    void client.invalidateQueries({ queryKey: ['prices'] })
    announce(halt ? words.halted : words.running)
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={halt ? words.haltTitle : words.releaseTitle} about={halt ? words.haltExplain : words.releaseExplain}>
      <Form onSubmit={turn}>
        {({ errors, busy }) => (
          <>
            <Field label={words.reason} hint={words.reasonHint} error={errors.reason}>
              {(props) => <input {...props} className="control w-full" required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind={halt ? 'danger' : 'primary'} busy={busy} disabled={reason.trim() === ''}>
                {halt ? words.halt : words.release}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}
