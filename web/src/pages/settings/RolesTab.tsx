import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { announce, announceProblem } from '../../app/toasts'
import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { Confirm } from '../../parts/Confirm'
import { Dialog, DialogActions } from '../../parts/Dialog'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { counted } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { permissionsQuery, type Role, rolesQuery } from './queries'
import { RightsField } from './RightsField'
import { words } from './words'

/** What each role may; the shop's own ones can be changed. */
export function RolesTab() {
  const roles = useSuspenseQuery(rolesQuery).data
  const mayManage = useMay()('users:manage')
  const [open, setOpen] = useState<Role | 'new' | null>(null)
  const add = mayManage && (
    <Button kind="primary" onClick={() => setOpen('new')}>
      {words.newRole}
    </Button>
  )
  return (
    <Panel title={words.tabs.roles} aside={words.rolesAbout} actions={add} className="max-w-[960px]">
      <ul className="divide-y divide-line text-13">
        {roles.map((role) => (
          <li key={role.name}>
            <button type="button" onClick={() => setOpen(role)} className="flex w-full items-center gap-3 rounded-6 px-1 py-2 text-left hover:bg-hover">
              <span className="font-medium">{role.name}</span>
              {role.built_in && <Badge>{words.builtIn}</Badge>}
              <span className="ml-auto text-12 text-muted">{counted(role.permissions.length, 'right')}</span>
            </button>
          </li>
        ))}
      </ul>
      {open !== null && <RoleDialog role={open === 'new' ? null : open} mayManage={mayManage} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

type RoleDialogProps = { role: Role | null; mayManage: boolean; onClose: () => void }

function RoleDialog({ role, mayManage, onClose }: RoleDialogProps) {
  const permissions = useSuspenseQuery(permissionsQuery).data
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState(() => new Set(role?.permissions))
  const [deleting, setDeleting] = useState(false)
  const isFixed = !mayManage || role?.built_in === true
  const close = async (message: string) => {
    announce(message)
    await client.invalidateQueries({ queryKey: rolesQuery.queryKey })
    onClose()
  }
  const save = async () => {
    await read(saved(role, name, [...chosen].toSorted()))
    await close(words.roleSaved)
  }
  const remove = async () => {
    try {
      await read(api.DELETE('/api/v1/users/roles/{role_id}', { params: { path: { role_id: role?.id ?? '' } } }))
      await close(words.roleDeleted)
    } catch (error) {
      announceProblem(error)
    }
  }
  return (
    <Dialog open wide onClose={onClose} title={role?.name ?? words.newRole}>
      <Form onSubmit={save}>
        {({ errors, busy }) => (
          <>
            {role === null && (
              <Field label={words.roleName} hint={words.roleNameHint} error={errors.name}>
                {(props) => <input {...props} className="control w-full" value={name} onChange={(event) => setName(event.target.value)} />}
              </Field>
            )}
            <RightsField legend={words.rights} error={errors.permissions} rights={permissions} chosen={chosen} onChange={setChosen} disabled={isFixed} />
            {!isFixed && (
              <DialogActions>
                {role !== null && (
                  <Button kind="danger" className="mr-auto" onClick={() => setDeleting(true)}>
                    {words.deleteRole}
                  </Button>
                )}
                <Button onClick={onClose}>{words.cancel}</Button>
                <Button type="submit" kind="primary" busy={busy} disabled={role === null && name.trim() === ''}>
                  {words.save}
                </Button>
              </DialogActions>
            )}
          </>
        )}
      </Form>
      <Confirm
        open={deleting}
        title={`${words.deleteRole}: ${role?.name ?? ''}`}
        about={words.deleteRoleAbout}
        action={words.deleteRole}
        onClose={() => setDeleting(false)}
        onConfirm={remove}
      />
    </Dialog>
  )
}

function saved(role: Role | null, name: string, permissions: string[]) {
  if (role === null) return api.POST('/api/v1/users/roles', { body: { name, permissions } })
  return api.PUT('/api/v1/users/roles/{role_id}', {
    params: { path: { role_id: role.id ?? '' } },
    body: { permissions },
    headers: { 'if-match': `"${role.version}"` },
  })
}
