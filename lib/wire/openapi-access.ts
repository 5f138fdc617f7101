import {
  accountDto,
  breakGlassCodesDto,
  breakGlassDto,
  breakGlassPost,
  handshakeDto,
  invitationDto,
  invitationPost,
  newTokenDto,
  passkeyPost,
  passkeySignInPost,
  passwordPost,
  passwordSignInPost,
  peopleDto,
  personChangePost,
  personPost,
  proofPost,
  reviewPost,
  sessionDto,
  sessionsDto,
  signInPost,
  tokenPost,
  tokensDto,
  totpDto,
  totpPost,
} from './access'
import type { Operation } from './openapi-operation'

type Rest = Pick<Operation, 'body' | 'answer' | 'status'>

const operation = (
  asked: `${'get' | 'post' | 'delete'} /api/v1/${string}`,
  role: string,
  summary: string,
  rest: Rest = {},
): Operation => {
  const [method, path = ''] = asked.split(' ')
  return { method: method === 'get' || method === 'post' ? method : 'delete', path, summary, role, ...rest }
}

const opened = { answer: sessionDto, status: 201 }
const done = { status: 204 }
const OWN = 'viewer, in a session'
const REVIEW = 'commander, in a session'
const MANAGE = 'administrator (scope access:write)'

/** Signing in, people, sessions, tokens and broken glass. */
export const ACCESS_OPERATIONS: Operation[] = [
  operation('get /api/v1/session', 'viewer, any scope', 'Who is signed in', { answer: sessionDto }),
  operation('post /api/v1/session', 'none', 'Redeem a one-time sign-in link for a session cookie', {
    body: signInPost,
    ...opened,
  }),
  operation('delete /api/v1/session', 'viewer, any scope', 'Sign out', done),
  operation(
    'post /api/v1/session/password',
    'none',
    'Sign in by password; 401 with where=code asks for the second factor',
    { body: passwordSignInPost, ...opened },
  ),
  operation('post /api/v1/session/break-glass', 'none', 'Sign in by a sealed one-time code', {
    body: breakGlassPost,
    ...opened,
  }),
  operation('post /api/v1/session/passkey/options', 'none', 'What the browser needs to ask for a passkey', {
    answer: handshakeDto,
  }),
  operation('post /api/v1/session/passkey', 'none', 'Sign in by passkey', {
    body: passkeySignInPost,
    ...opened,
  }),
  operation('get /api/v1/session/oidc', 'none', 'Go to the identity provider. Query: next', { status: 302 }),
  operation('get /api/v1/session/oidc/callback', 'none', 'Come back from it; a page that goes on'),
  operation('post /api/v1/invitation', 'none', 'Take an invitation: set the password and sign in', {
    body: invitationPost,
    ...opened,
  }),
  operation('get /api/v1/account', OWN, "One's own account", { answer: accountDto }),
  operation('post /api/v1/account/password', OWN, 'Set a new password; other sessions end', {
    body: passwordPost,
    ...done,
  }),
  operation('post /api/v1/account/totp', OWN, 'Begin with one-time codes', { answer: totpDto }),
  operation('post /api/v1/account/totp/confirm', OWN, 'Turn one-time codes on', { body: totpPost, ...done }),
  operation('post /api/v1/account/totp/remove', OWN, 'Turn one-time codes off', { body: proofPost, ...done }),
  operation('post /api/v1/account/passkeys/options', OWN, 'What the browser needs to make a passkey', {
    answer: handshakeDto,
  }),
  operation('post /api/v1/account/passkeys', OWN, 'Keep a new passkey', { body: passkeyPost, ...done }),
  operation('delete /api/v1/account/passkeys/{id}', OWN, "Remove one's own passkey", done),
  operation(
    'get /api/v1/sessions',
    OWN,
    "One's own sessions; all of them with of=everybody, for administrators",
    { answer: sessionsDto },
  ),
  operation(
    'delete /api/v1/sessions/{id}',
    OWN,
    "End one's own session; for administrators, anybody's",
    done,
  ),
  operation('get /api/v1/people', MANAGE, 'Everybody who may sign in', { answer: peopleDto }),
  operation('post /api/v1/people', MANAGE, 'Invite somebody; the link is told once', {
    body: personPost,
    answer: invitationDto,
    status: 201,
  }),
  operation('post /api/v1/people/{id}', MANAGE, 'Change a name or role, disable or enable', {
    body: personChangePost,
    ...done,
  }),
  operation('post /api/v1/people/{id}/invitation', MANAGE, 'A new link for a lost password', {
    answer: invitationDto,
    status: 201,
  }),
  operation('get /api/v1/tokens', MANAGE, 'Tokens, without their secrets', { answer: tokensDto }),
  operation('post /api/v1/tokens', MANAGE, 'Make a token; its secret is told once', {
    body: tokenPost,
    answer: newTokenDto,
    status: 201,
  }),
  operation('delete /api/v1/tokens/{id}', MANAGE, 'Revoke a token', done),
  operation('get /api/v1/break-glass', REVIEW, 'How many sealed codes there are, and who used one', {
    answer: breakGlassDto,
  }),
  operation('post /api/v1/break-glass', 'administrator, in a session', 'New codes; they are told once', {
    answer: breakGlassCodesDto,
    status: 201,
  }),
  operation('post /api/v1/break-glass/{id}/review', REVIEW, 'Another person has looked at a use', {
    body: reviewPost,
    ...done,
  }),
]
