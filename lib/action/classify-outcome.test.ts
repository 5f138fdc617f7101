import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { classifierFor, classifyLook, lookPath, readLook, SHOT_ANNOTATION } from './classify-outcome'
import type { AttemptResult } from './landing-terms'
import { workloadFromObject } from './snapshot-object'
import type { PlannedWrite } from './types'

/** Bodies recorded from kube-apiserver 1.20.2. */
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
const firstLine = (name: string) => fixture(name).split('\n')[0] ?? ''
const NOT_FOUND = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 })

const read = (guard: PlannedWrite['guard'], status: number, body = '') => {
  const result: AttemptResult = { type: 'result', lane: 'a', kind: 'answer', status, body }
  return classifierFor(guard)(status, result)
}

describe('how an answer is read', () => {
  it.each<[PlannedWrite['guard'], number, string, string | null]>([
    ['uid', 200, firstLine('delete-200.txt'), 'landed'],
    ['uid', 404, NOT_FOUND, 'landed'],
    ['uid', 409, firstLine('delete-dry-run-uid-mismatch-409.txt'), 'superseded'],
    ['uid', 404, '404 page not found', null],
    ['uid', 404, '<html>not here</html>', null],
    ['created', 201, '{}', 'landed'],
    ['created', 409, '{}', 'read-back'],
    ['created', 404, NOT_FOUND, 'refused'],
    ['test', 200, '{}', 'landed'],
    ['test', 422, '{}', 'read-back'],
    ['test', 404, NOT_FOUND, 'superseded'],
    ['test', 409, '{}', null],
    ['selector', 200, '{}', 'landed'],
    ['selector', 404, NOT_FOUND, null],
  ])('%s answered %i', (guard, status, body, expected) => {
    expect(read(guard, status, body)).toBe(expected)
  })

  it.each(['uid', 'created', 'test', 'selector'] as const)(
    '%s: 429 and 5xx say nothing of the object',
    guard => {
      for (const status of [429, 500, 502, 503, 504]) expect(read(guard, status)).toBeNull()
    },
  )

  it('a look ends with the object or its absence, not with a proxy’s page', () => {
    const look = (status: number, body: string) =>
      classifyLook(status, { type: 'result', lane: 'a', kind: 'answer', status, body })
    expect(look(200, '{}')).toBe('landed')
    expect(look(404, NOT_FOUND)).toBe('landed')
    expect(look(404, 'nginx')).toBeNull()
    expect(look(503, '')).toBeNull()
  })
})

describe('what a look says', () => {
  const daemonSet = fixture('daemonset-get.json')
  const uid = workloadFromObject('DaemonSet', JSON.parse(daemonSet), 0)?.uid ?? ''
  const deletion = (wanted: string): PlannedWrite => ({
    method: 'DELETE',
    path: '/apis/apps/v1/x',
    guard: 'uid',
    body: { preconditions: { uid: wanted } },
  })

  it('of a deletion, by the uid', () => {
    expect(readLook(deletion(uid), 404, NOT_FOUND)).toBe('in-effect')
    expect(readLook(deletion(uid), 200, daemonSet)).toBe('not-in-effect')
    expect(readLook(deletion('another'), 200, daemonSet)).toBe('other-object')
    const going = JSON.stringify({ metadata: { uid, deletionTimestamp: '2024-12-11T23:00:00Z' } })
    expect(readLook(deletion(uid), 200, going)).toBe('in-effect')
  })

  it('of a creation, by the mark that it bears', () => {
    const body = { metadata: { name: 'a b', annotations: { [SHOT_ANNOTATION]: 'm1' } } }
    const write: PlannedWrite = { method: 'POST', path: '/x', guard: 'created', body }
    expect(lookPath(write)).toBe('/x/a%20b')
    expect(readLook(write, 200, JSON.stringify(body))).toBe('in-effect')
    expect(readLook(write, 200, JSON.stringify({ metadata: { name: 'a b' } }))).toBe('other-object')
    expect(readLook(write, 404, NOT_FOUND)).toBe('not-in-effect')
    const unmarked: PlannedWrite = { ...write, body: { metadata: { name: 'a b' } } }
    expect(readLook(unmarked, 200, JSON.stringify(unmarked.body))).toBe('other-object')
  })

  it('of a patch, by its goal', () => {
    const patch = [{ op: 'replace', path: '/subjects', value: [] }]
    const write: PlannedWrite = { method: 'PATCH', path: '/x', guard: 'test', body: patch }
    expect(readLook(write, 200, '{"subjects":[]}')).toBe('in-effect')
    expect(readLook(write, 200, '{"subjects":[{}]}')).toBe('not-in-effect')
    expect(readLook(write, 404, NOT_FOUND)).toBe('other-object')
  })

  it('of a collection, by whether any is left', () => {
    const write: PlannedWrite = { method: 'DELETE', path: '/pods?labelSelector=a', guard: 'selector' }
    expect(lookPath(write)).toBe('/pods?labelSelector=a&limit=1')
    expect(readLook(write, 200, '{"items":[]}')).toBe('in-effect')
    expect(readLook(write, 200, '{"items":null}')).toBe('in-effect')
    expect(readLook(write, 200, '{"items":[{}]}')).toBe('not-in-effect')
    expect(readLook(write, 200, 'garbage')).toBe('not-in-effect')
  })
})
