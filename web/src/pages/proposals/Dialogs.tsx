import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { api, read } from '../../api/client'
import { ApiProblem } from '../../api/problem'
import { announce } from '../../app/toasts'
import { Button } from '../../parts/Button'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { counted, money } from '../../parts/format'
import type { Proposal } from './queries'
import { limitName, words } from './words'

type RejectDialogProps = { count: number; onClose: () => void; onReject: (reason: string) => void }

/** A rejection says why: the reason is what the rules are mended by. */
export function RejectDialog({ count, onClose, onReject }: RejectDialogProps) {
  const [reason, setReason] = useState('')
  const send = (text: string) => {
    onClose()
    onReject(text)
    return Promise.resolve()
  }
  return (
    <Dialog open onClose={onClose} title={`${words.reject} ${counted(count, 'proposal')}`}>
      <Form onSubmit={() => send(reason.trim())}>
        {() => (
          <>
            <Field label={words.reasonLabel} hint={words.reasonHint}>
              {(props) => <input {...props} className="control w-full" required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
            <div className="flex flex-wrap gap-1.5">
              {words.reasons.map((one) => (
                <Button key={one} small onClick={() => void send(one)}>
                  {one}
                </Button>
              ))}
            </div>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind="danger" disabled={reason.trim() === ''}>
                {words.reject}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}

/** Another price by hand; what breaks a limit is refused beside the field. */
export function EditDialog({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const client = useQueryClient()
  const [price, setPrice] = useState(proposal.proposed_price)
  const [reason, setReason] = useState('')
  const save = async () => {
    const body = { price: price.trim().replace(',', '.'), reason: reason.trim() || undefined }
    try {
      await read(api.PUT('/api/v1/proposals/{proposal_id}/price', { params: { path: { proposal_id: proposal.id } }, body }))
    } catch (error) {
      throw error instanceof ApiProblem && error.code === 'price_refused' ? besideField(error) : error
    }
    await client.invalidateQueries({ queryKey: ['proposals'] })
    announce(`${proposal.product_name}: ${money(body.price, proposal.currency)}`)
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={words.edit} about={proposal.product_name}>
      <Form onSubmit={save}>
        {({ errors, busy }) => (
          <>
            <Field label={`${words.newPrice} (${proposal.currency})`} hint={words.priceHint} error={errors.price}>
              {(props) => <input {...props} className="control figures w-full" inputMode="decimal" required value={price} onChange={(event) => setPrice(event.target.value)} onFocus={(event) => event.target.select()} />}
            </Field>
            <Field label={words.editReason} error={errors.reason}>
              {(props) => <input {...props} className="control w-full" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind="primary" busy={busy}>
                {words.save}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}

function besideField(error: ApiProblem): ApiProblem {
  const { broken } = error.details
  const detail = Array.isArray(broken) && broken.length > 0 ? `${words.breaks}: ${broken.map((kind) => limitName(String(kind))).join(', ')}.` : error.message
  return new ApiProblem({ detail, status: error.status, code: error.code, action: error.action, details: { field: 'price' } })
}

type LaterDialogProps = { count: number; onClose: () => void; onApprove: (applyAt: string) => void }

/** Approve now, live at another time. */
export function LaterDialog({ count, onClose, onApprove }: LaterDialogProps) {
  const [at, setAt] = useState('')
  return (
    <Dialog open onClose={onClose} title={`${words.later}: ${counted(count, 'proposal')}`} about={words.laterAbout}>
      <Form
        onSubmit={() => {
          onClose()
          onApprove(new Date(at).toISOString())
          return Promise.resolve()
        }}
      >
        {() => (
          <>
            <Field label={words.goesLive}>
              {(props) => <input {...props} type="datetime-local" className="control w-full" required value={at} onChange={(event) => setAt(event.target.value)} />}
            </Field>
            <DialogActions>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button type="submit" kind="primary" disabled={at === ''}>
                {words.approve}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  )
}
