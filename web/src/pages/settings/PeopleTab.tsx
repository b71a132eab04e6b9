import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { announce, announceProblem } from '../../app/toasts'
import { api, read, type Schemas } from '../../api/client'
import { useMay, useMe } from '../../api/me'
import { Age } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { Button } from '../../parts/Button'
import { Confirm } from '../../parts/Confirm'
import { Field } from '../../parts/Field'
import { Form } from '../../parts/Form'
import { counted, date } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { OneTimeSecret } from './OneTimeSecret'
import { invitationsQuery, rolesQuery, type User, usersQuery } from './queries'
import { words } from './words'

const HEAD = 'h-8 border-b border-line px-2 text-left text-12 font-medium text-muted first:pl-0'
const CELL = 'h-11 border-b border-line px-2 first:pl-0'

/** Who is in the shop, as what; who is invited. */
export function PeopleTab() {
  const users = useSuspenseQuery(usersQuery).data
  const mayManage = useMay()('users:manage')
  return (
    <div className="flex max-w-[960px] flex-col gap-4">
      <Panel title={words.people} aside={counted(users.length, 'person', 'people')}>
        <People users={users} mayManage={mayManage} />
      </Panel>
      {mayManage && (
        <Panel title={words.invite}>
          <InviteForm />
        </Panel>
      )}
      <Invitations mayManage={mayManage} />
    </div>
  )
}

function People({ users, mayManage }: { users: User[]; mayManage: boolean }) {
  const client = useQueryClient()
  const [leaving, setLeaving] = useState<User | null>(null)
  const change = async (call: Promise<unknown>, done: string) => {
    try {
      await call
      announce(done)
    } catch (error) {
      announceProblem(error)
    }
    await client.invalidateQueries({ queryKey: ['users'] })
  }
  const path = (user: User) => ({ path: { member_id: user.id } })
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-separate border-spacing-0 text-13">
        <thead>
          <tr>
            {[words.name, words.email, words.role, words.state, words.since].map((title) => (
              <th key={title} scope="col" className={HEAD}>
                {title}
              </th>
            ))}
            <th scope="col" className={HEAD}>
              <span className="sr-only">{words.deactivate}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <Person
              key={user.id}
              user={user}
              mayManage={mayManage}
              onRole={(role) =>
                void change(
                  read(api.PATCH('/api/v1/users/{member_id}', { params: path(user), body: { role }, headers: { 'if-match': `"${user.version}"` } })),
                  words.roleChanged,
                )
              }
              onLeave={() => setLeaving(user)}
              onReturn={() => void change(read(api.POST('/api/v1/users/{member_id}/reactivate', { params: path(user) })), words.reactivated)}
            />
          ))}
        </tbody>
      </table>
      {leaving && (
        <Confirm
          open
          title={`${words.deactivate}: ${leaving.name}`}
          about={words.deactivateAbout}
          action={words.deactivate}
          onClose={() => setLeaving(null)}
          onConfirm={() => change(read(api.POST('/api/v1/users/{member_id}/deactivate', { params: path(leaving) })), words.deactivated)}
        />
      )}
    </div>
  )
}

type PersonProps = { user: User; mayManage: boolean; onRole: (role: string) => void; onLeave: () => void; onReturn: () => void }

function Person({ user, mayManage, onRole, onLeave, onReturn }: PersonProps) {
  const roles = useSuspenseQuery(rolesQuery).data
  const isMe = useMe().member_id === user.id
  const isActive = user.status === 'active'
  return (
    <tr>
      <td className={`${CELL} font-medium`}>
        {user.name} {isMe && <Badge>{words.you}</Badge>}
      </td>
      <td className={CELL}>{user.email}</td>
      <td className={CELL}>
        {mayManage && isActive && !isMe ? (
          <select aria-label={`${words.role}: ${user.name}`} className="control" value={user.role} onChange={(event) => onRole(event.target.value)}>
            {roles.map((role) => (
              <option key={role.name} value={role.name}>
                {role.name}
              </option>
            ))}
          </select>
        ) : (
          user.role
        )}
      </td>
      <td className={CELL}>
        <Badge tone={isActive ? 'good' : 'neutral'}>{user.status}</Badge>
      </td>
      <td className={`${CELL} text-muted`}>
        <Age at={user.created_at} />
      </td>
      <td className={`${CELL} text-right`}>
        {mayManage && !isMe && (
          <Button small kind={isActive ? 'danger' : 'plain'} onClick={isActive ? onLeave : onReturn}>
            {isActive ? words.deactivate : words.reactivate}
          </Button>
        )}
      </td>
    </tr>
  )
}

function InviteForm() {
  const roles = useSuspenseQuery(rolesQuery).data
  const client = useQueryClient()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState('viewer')
  const [made, setMade] = useState<Schemas['InvitationCreatedAnswer'] | null>(null)
  const invite = async () => {
    setMade(await read(api.POST('/api/v1/users/invitations', { body: { email, role } })))
    setEmail('')
    await client.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  }
  return (
    <Form onSubmit={invite} className="flex flex-wrap items-end gap-2">
      {({ errors, busy }) => (
        <>
          <Field label={words.email} error={errors.email} className="min-w-60 flex-1">
            {(props) => <input {...props} type="email" className="control w-full" value={email} onChange={(event) => setEmail(event.target.value)} />}
          </Field>
          <Field label={words.role} error={errors.role}>
            {(props) => (
              <select {...props} className="control" value={role} onChange={(event) => setRole(event.target.value)}>
                {roles.map((one) => (
                  <option key={one.name} value={one.name}>
                    {one.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Button type="submit" kind="primary" busy={busy} disabled={email.trim() === ''}>
            {words.invite}
          </Button>
          {made && (
            <OneTimeSecret
              title={words.invited}
              about={words.invitedAbout}
              secret={`${location.origin}/join#${made.token}`}
              onClose={() => setMade(null)}
            />
          )}
        </>
      )}
    </Form>
  )
}

function Invitations({ mayManage }: { mayManage: boolean }) {
  const invitations = useSuspenseQuery(invitationsQuery).data
  const client = useQueryClient()
  if (invitations.length === 0) return null
  const takeBack = async (id: string) => {
    try {
      await read(api.DELETE('/api/v1/users/invitations/{invitation_id}', { params: { path: { invitation_id: id } } }))
      announce(words.takenBack)
    } catch (error) {
      announceProblem(error)
    }
    await client.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  }
  return (
    <Panel title={words.invitations}>
      <ul className="divide-y divide-line text-13">
        {invitations.map((invitation) => (
          <li key={invitation.id} className="flex min-h-9 items-center gap-3">
            <span className="font-medium">{invitation.email}</span>
            <span className="text-muted">{invitation.role}</span>
            <span className="ml-auto text-12 text-muted">
              {words.expiresAt} {date(invitation.expires_at)}
            </span>
            {mayManage && (
              <Button small kind="quiet" onClick={() => void takeBack(invitation.id)}>
                {words.takeBack}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
