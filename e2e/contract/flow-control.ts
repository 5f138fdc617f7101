import { afterEach, expect } from 'vitest'
import { until } from '../controlplane/seed'
import { sample } from './probes'
import { metaOf, remove, type Session } from './session'
import type { Assert } from './target'

const group = '/apis/flowcontrol.apiserver.k8s.io'
const name = 'contract-shut'
const patience = 20_000

/** The version of the group that this server prefers: v1 since 1.29, v1beta3 before. */
async function preferredVersion(session: Session): Promise<string> {
  const { preferredVersion } = await session.ordinary.expect('GET', group)
  return (preferredVersion as { version: string }).version
}

function level(version: string, shares: number) {
  return {
    apiVersion: `flowcontrol.apiserver.k8s.io/${version}`,
    kind: 'PriorityLevelConfiguration',
    metadata: { name },
    spec: {
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: shares,
        lendablePercent: 0,
        borrowingLimitPercent: 0,
        limitResponse: { type: 'Reject' },
      },
    },
  }
}

function schema(version: string, session: Session, matchingPrecedence: number) {
  return {
    apiVersion: `flowcontrol.apiserver.k8s.io/${version}`,
    kind: 'FlowSchema',
    metadata: { name },
    spec: {
      priorityLevelConfiguration: { name },
      matchingPrecedence,
      distinguisherMethod: { type: 'ByUser' },
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: session.collector }],
          resourceRules: [
            { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true },
          ],
        },
      ],
    },
  }
}

export function specifyFlowControl(session: () => Session, it: Assert): void {
  const lists = () => session().telemetry.request('GET', '/api/v1/pods')
  const schemaUid = (reply: { headers: Record<string, unknown> }) =>
    reply.headers['x-kubernetes-pf-flowschema-uid']

  afterEach(async () => {
    const version = await preferredVersion(session())
    await remove(session().breakGlass, `${group}/${version}/flowschemas/${name}`)
    await remove(session().breakGlass, `${group}/${version}/prioritylevelconfigurations/${name}`)
  })

  it('the stock priority levels and flow schemas are there', async () => {
    const { ordinary } = session()
    const root = `${group}/${await preferredVersion(session())}`
    const names = async (kind: string) => {
      const { items } = await ordinary.expect('GET', `${root}/${kind}`)
      return (items as { metadata: { name: string } }[]).map(item => item.metadata.name)
    }
    expect(await names('prioritylevelconfigurations')).toEqual(
      expect.arrayContaining(['exempt', 'system', 'workload-high', 'workload-low', 'global-default']),
    )
    expect(await names('flowschemas')).toEqual(
      expect.arrayContaining(['exempt', 'probes', 'system-nodes', 'service-accounts', 'global-default']),
    )
  })

  it('precedence 1 is kept for the exempt: 422', async () => {
    const version = await preferredVersion(session())
    const { status, json } = await session().ordinary.request('POST', `${group}/${version}/flowschemas`, {
      body: schema(version, session(), 1),
    })
    expect(status).toBe(422)
    expect(json).toMatchObject({
      reason: 'Invalid',
      details: { causes: [{ field: 'spec.matchingPrecedence' }] },
    })
  })

  it('a schema of nought shares turns callers away with 429, lets one at a time through, and can be undone', async () => {
    const { ordinary, telemetry, breakGlass } = session()
    const version = await preferredVersion(session())
    const root = `${group}/${version}`
    const made = await ordinary.request('POST', `${root}/prioritylevelconfigurations`, {
      body: level(version, 0),
    })
    expect(made.status).toBe(201)
    const limited = (made.json.spec as { limited: { nominalConcurrencyShares: number } }).limited
    // Before v1 nought cannot be told from nothing, and the server fills in its default of 30.
    expect(limited.nominalConcurrencyShares).toBe(version === 'v1' ? 0 : 30)

    const { uid } = metaOf(
      await ordinary.expect('POST', `${root}/flowschemas`, { body: schema(version, session(), 2) }),
    )
    await until('the schema to be in force', patience, async () => schemaUid(await lists()) === uid)
    expect((await lists()).status, 'a caller alone').toBe(200)

    if (version === 'v1') {
      let refused = await lists()
      await until('one of many callers at once to be turned away', patience, async () => {
        const replies = await Promise.all(Array.from({ length: 12 }, lists))
        refused = replies.find(reply => reply.status === 429) ?? refused
        return refused.status === 429
      })
      expect(refused.headers['retry-after']).toMatch(/^\d+$/)
      expect(schemaUid(refused)).toBe(uid)
      const { text } = await ordinary.request('GET', '/metrics')
      const labels = { priority_level: name, flow_schema: name }
      expect(sample(text, 'apiserver_flowcontrol_rejected_requests_total', labels)).toBeGreaterThan(0)
    }
    for (const api of [ordinary, breakGlass]) {
      expect((await api.request('GET', '/api/v1/namespaces/default')).status).toBe(200)
    }

    await ordinary.expect('DELETE', `${root}/flowschemas/${name}`)
    await ordinary.expect('DELETE', `${root}/prioritylevelconfigurations/${name}`)
    await until('the schema to be out of force', patience, async () => schemaUid(await lists()) !== uid)
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => telemetry.request('GET', '/api/v1/nodes')),
    )
    expect(replies.map(reply => reply.status)).toEqual([200, 200, 200, 200])
  })

  it('the requests in hand can be dumped by user, verb and resource', async () => {
    const path = '/debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1'
    const { status, text } = await session().ordinary.request('GET', path)
    expect(status).toBe(200)
    const columns = text
      .split('\n')[0]
      ?.split(',')
      .map(column => column.trim())
    expect(columns).toEqual(
      expect.arrayContaining([
        'PriorityLevelName',
        'FlowSchemaName',
        'UserName',
        'Verb',
        'APIPath',
        'Resource',
      ]),
    )
  })
}
