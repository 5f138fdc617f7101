import { actionDto } from './actions'
import type { Operation } from './openapi-operation'
import { playPartPost, playRunDto, playStartPost, playsDto } from './plays'
import { sealApprovePost, sealArmPost, sealDto, sealsDto, sealWithdrawPost } from './seals'

/** Routes of plays and seals, for the API's own description. */
export const PLAY_OPERATIONS: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/plays',
    summary: 'Plays, shipped and declared, as each part would go now; and those under way',
    role: 'viewer',
    answer: playsDto,
  },
  {
    method: 'post',
    path: '/api/v1/plays/{id}/start',
    summary:
      'Plan every part whose conditions hold now; nothing is confirmed. 409 with blockedBy where no part applies, or the play is under way',
    role: 'responder',
    body: playStartPost,
    answer: playRunDto,
    status: 201,
  },
  {
    method: 'get',
    path: '/api/v1/play-runs/{id}',
    summary: 'A play that was started, with each part as it stands',
    role: 'viewer',
    answer: playRunDto,
  },
  {
    method: 'post',
    path: '/api/v1/play-runs/{id}/plan',
    summary: 'Plan a later part whose conditions hold now. 409 with blockedBy for what it waits for',
    role: 'responder',
    body: playPartPost,
    answer: playRunDto,
  },
  {
    method: 'post',
    path: '/api/v1/play-runs/{id}/end',
    summary: 'Offer nothing more of it; its actions are not touched',
    role: 'responder',
    answer: playRunDto,
  },
  {
    method: 'get' as const,
    path: '/api/v1/seals',
    summary: 'Removals and roll-backs that were prepared with a roll-out, newest first',
    role: 'viewer',
    answer: sealsDto,
  },
  {
    method: 'post' as const,
    path: '/api/v1/seals/{id}/approve',
    summary: 'The second person approves exactly this scope and expiry, ahead of any incident',
    role: 'responder, a person in a session other than who prepared it',
    body: sealApprovePost,
    answer: sealDto,
  },
  {
    method: 'post' as const,
    path: '/api/v1/seals/{id}/withdraw',
    summary: 'End a seal before it is used',
    role: 'responder',
    body: sealWithdrawPost,
    answer: sealDto,
  },
  {
    method: 'post' as const,
    path: '/api/v1/seals/{id}/arm',
    summary:
      'Plan what was sealed on the targets as they are now and arm it. 409 with blockedBy for what goes beyond the seal, and for what guards refuse',
    role: 'responder',
    body: sealArmPost,
    answer: actionDto,
  },
]
