import { z } from 'zod'
import { simulationPost } from './access'
import { actionPost } from './action-request'
import { actionDto, actionsDto, confirmPost, freezeDto } from './actions'
import { approvePost, declinePost, overridePost, reviewPost } from './approval'
import { auditChainDto, auditDto } from './audit'
import { clusterDetailDto } from './cluster-detail'
import { dnsObservationDto, dnsObservationPost } from './dns-observations'
import { dnsSourcesDto } from './dns-sources'
import { fleetDto } from './fleet'
import { fusesDto } from './fuses'
import { ACCESS_OPERATIONS } from './openapi-access'
import type { Operation } from './openapi-operation'
import { PLAY_OPERATIONS } from './openapi-plays'
import { problemDto } from './problem'
import { clusterReadinessDto, readinessDto } from './readiness'
import { warRoomDto } from './stream'
import { changeDto, changePost, changesDto, suspectsDto } from './suspects'
import { simulationDto } from './time'
import { incidentPost, notePost, timelineEntryDto } from './timeline'

const OPERATIONS: Operation[] = [
  {
    method: 'get',
    path: '/api/v1/fleet',
    summary: 'Every cluster with its states',
    role: 'viewer',
    answer: fleetDto,
  },
  {
    method: 'get',
    path: '/api/v1/war-room',
    summary: 'All that the war room shows',
    role: 'viewer',
    answer: warRoomDto,
  },
  {
    method: 'get',
    path: '/api/v1/clusters/{id}',
    summary: 'One cluster in detail',
    role: 'viewer',
    answer: clusterDetailDto,
  },
  {
    method: 'post',
    path: '/api/v1/clusters/{id}/prove-lanes',
    summary: 'Prove every way in now, by a read and dry-run writes; twice a minute at most',
    role: 'responder',
    answer: clusterDetailDto,
  },
  {
    method: 'get',
    path: '/api/v1/fuses',
    summary: 'How long data planes outlive their control planes. Query: cluster, product, region',
    role: 'viewer',
    answer: fusesDto,
  },
  {
    method: 'get',
    path: '/api/v1/dns-sources',
    summary:
      'Who tells what DNS does: probes, agents, metrics, with their age. Query: cluster, product, region',
    role: 'viewer',
    answer: dnsSourcesDto,
  },
  {
    method: 'post',
    path: '/api/v1/dns-observations',
    summary:
      'A probe agent tells what it asked of the resolvers of its cluster. Its clock may differ by 30 s; 409 for a message that is replayed or out of order',
    role: "none: takes a probe agent's token (hfp_…), which is bound to one cluster and opens nothing else",
    body: dnsObservationPost,
    answer: dnsObservationDto,
  },
  {
    method: 'get',
    path: '/api/v1/readiness',
    summary:
      'How long each cluster outlives its control plane. Query: min-survival-seconds (409 for a cluster below it), cluster, product, region, format=json|csv',
    role: 'viewer',
    answer: readinessDto,
  },
  {
    method: 'get',
    path: '/api/v1/clusters/{id}/readiness',
    summary: 'What would lengthen that for one cluster, with Corefile diffs',
    role: 'viewer',
    answer: clusterReadinessDto,
  },
  {
    method: 'get',
    path: '/api/v1/suspects',
    summary: 'Ranked suspects with evidence',
    role: 'viewer',
    answer: suspectsDto,
  },
  {
    method: 'get',
    path: '/api/v1/changes',
    summary: 'Changes told by pipelines',
    role: 'viewer',
    answer: changesDto,
  },
  {
    method: 'post',
    path: '/api/v1/changes',
    summary: 'Tell of a change',
    role: 'responder',
    body: changePost,
    answer: changeDto,
    status: 201,
  },
  {
    method: 'get',
    path: '/api/v1/timeline',
    summary: 'The newest timeline entries',
    role: 'viewer',
    answer: z.object({ entries: z.array(timelineEntryDto) }),
  },
  {
    method: 'post',
    path: '/api/v1/timeline',
    summary: 'Add a note',
    role: 'responder',
    body: notePost,
    answer: timelineEntryDto,
    status: 201,
  },
  {
    method: 'post',
    path: '/api/v1/incident',
    summary: 'Declare an incident, or say anew how grave it is; it stays open until somebody ends it',
    role: 'responder',
    body: incidentPost,
    answer: warRoomDto.shape.incident,
  },
  {
    method: 'delete',
    path: '/api/v1/incident',
    summary: 'End the declared incident; 409 where nobody declared one',
    role: 'responder',
    status: 204,
  },
  {
    method: 'get',
    path: '/api/v1/actions',
    summary: 'Actions, newest first',
    role: 'viewer',
    answer: actionsDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions',
    summary: 'Make a plan; sends nothing but dry runs',
    role: 'responder',
    body: actionPost,
    answer: actionDto,
    status: 201,
  },
  {
    method: 'get',
    path: '/api/v1/actions/{id}',
    summary: 'One action with its plan and shots',
    role: 'viewer',
    answer: actionDto,
  },
  {
    method: 'get',
    path: '/api/v1/actions/{id}/export',
    summary: 'The same as a file. Query: format=json|markdown',
    role: 'viewer',
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/confirm',
    summary:
      'Confirm the plan with this digest: it is armed, or awaits a second person (state awaiting) where the policy wants one',
    role: 'responder',
    body: confirmPost,
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/approve',
    summary:
      'The second person approves exactly this digest, and it is armed. 409 with blockedBy for the one who asked, another digest, an answered or expired plan',
    role: 'responder, a person in a session',
    body: approvePost,
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/override',
    summary:
      'Arm without a second person when none answered in time; everybody is told until somebody else has reviewed it',
    role: 'commander, a person in a session',
    body: overridePost,
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/decline',
    summary: 'End the wait for a second person: declined, or withdrawn by the one who asked',
    role: 'responder',
    body: declinePost,
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/review',
    summary: 'Say what was found of an action that went out without a second person',
    role: 'responder, a person in a session other than who overrode',
    body: reviewPost,
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/freeze',
    summary: 'Stop all arming at once; running actions drain',
    role: 'commander',
    answer: freezeDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/thaw',
    summary: 'Let actions be armed again',
    role: 'commander',
    answer: freezeDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/pause',
    summary: 'Send nothing more until it is resumed',
    role: 'responder',
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/resume',
    summary: 'Go on where it was paused',
    role: 'responder',
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/widen',
    summary: 'Release the next wave of its plan without waiting for proof; guards are asked again',
    role: 'responder',
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/abort',
    summary: 'Stop what is not in effect yet',
    role: 'responder',
    answer: actionDto,
  },
  {
    method: 'post',
    path: '/api/v1/actions/{id}/undo',
    summary: 'Put back what was removed',
    role: 'responder',
    answer: actionDto,
  },
  {
    method: 'get',
    path: '/api/v1/audit',
    summary: 'The audit log, newest first. Query: before, limit, actor, action, subject, since, until',
    role: 'viewer',
    answer: auditDto,
  },
  {
    method: 'get',
    path: '/api/v1/audit/verification',
    summary: 'Check the whole chain now; names the first entry that does not fit',
    role: 'viewer',
    answer: auditChainDto,
  },
  {
    method: 'get',
    path: '/api/v1/audit/export',
    summary:
      "Every entry in order, or those of a filter as above. Query: format=jsonl (with the chain's hashes, for npm run audit:verify -- --file FILE) | csv",
    role: 'viewer',
  },
  ...PLAY_OPERATIONS,
  ...ACCESS_OPERATIONS,
  {
    method: 'post',
    path: '/api/v1/simulation',
    summary: 'Speed, pause, restart of a simulated fleet',
    role: 'responder',
    body: simulationPost,
    answer: simulationDto,
  },
]

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: 'any' })

/** OpenAPI 3.1, made from the schemas that the routes themselves check with. */
export function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { method, path, summary, role, body, answer, status = 200 } of OPERATIONS) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
    paths[path] ??= {}
    paths[path][method] = {
      summary,
      description: `Least role: ${role}.`,
      parameters: names.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...(body && {
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } },
      }),
      responses: {
        [status]: {
          description: 'Done',
          ...(answer && { content: { 'application/json': { schema: schemaOf(answer) } } }),
        },
        default: {
          description: 'What was wrong',
          content: { 'application/problem+json': { schema: schemaOf(problemDto) } },
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version: '1', description: 'Incident command for Kubernetes control planes.' },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
    paths,
  }
}
