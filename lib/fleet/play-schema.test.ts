import { describe, expect, it } from 'vitest'
import { readConfig } from './read-config'

const HEAD = 'apiVersion: holdfast.dev/v1\nplays:\n'

const GOOD = `${HEAD}  - id: ingress
    title: Ingress drowns
    when: { clusters: { states: [Overloaded], cause: [callers] } }
    parts:
      - { id: mute, stream: Load, title: Mute it, does: mute-caller, target: suspect-caller, with: { minutes: 15 } }
      - id: scale
        stream: Room
        title: More of it
        does: scale-workload
        target: { kind: Deployment, namespace: ingress, name: nginx }
        with: { replicas: 40 }
        after: { mute: landed }
      - { id: unmute, stream: Back, title: Let it in, does: undo, part: mute, after: { scale: calm } }
`

function problemOf(yaml: string): string {
  try {
    readConfig(yaml, 'holdfast.yaml')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'none'
}

describe("an operator's play", () => {
  it('is read with its defaults', () => {
    const [play] = readConfig(GOOD, 'holdfast.yaml').plays
    expect(play?.parts[0]).toEqual({
      id: 'mute',
      stream: 'Load',
      title: 'Mute it',
      does: 'mute-caller',
      target: 'suspect-caller',
      with: { minutes: 15 },
      when: {},
      after: {},
    })
  })

  it.each([
    ['landed', 'ready', 'plays[0].parts[1].after.mute'],
    ['after: { mute: landed }', 'after: { cordon: landed }', 'there is no part "cordon"'],
    ['target: suspect-caller', 'target: suspect', 'mute-caller does not act on this'],
    ['replicas: 40', 'replicas: many', 'plays[0].parts[1].with.replicas'],
    ['minutes: 15', 'minutes: 15, nodes: 3', 'plays[0].parts[0].with'],
    ['part: mute', 'part: other', 'no part "other" whose action could be taken back'],
    ['id: scale', 'id: mute', 'there are two parts "mute"'],
    ['does: undo', 'does: redo', 'plays[0].parts[2].does'],
    ['states: [Overloaded]', 'states: [Melted]', 'plays[0].when.clusters.states[0]'],
    ['cause: [callers] }', 'causes: [callers] }', 'did you mean "cause"?'],
  ])('with %s made %s says what is wrong and where', (from, to, words) => {
    const problem = problemOf(GOOD.replace(from, to))
    expect(problem).toContain(words)
    expect(problem).toMatch(/holdfast\.yaml:\d+:\d+/)
  })

  it('may not wait for itself', () => {
    const looped = GOOD.replace('with: { minutes: 15 }', 'with: { minutes: 15 }, after: { scale: landed }')
    expect(problemOf(looped)).toContain('waits for itself in the end')
  })

  it('is there once', () => {
    const twice = GOOD + GOOD.slice(HEAD.length)
    expect(problemOf(twice)).toContain('two have the same id')
  })
})
