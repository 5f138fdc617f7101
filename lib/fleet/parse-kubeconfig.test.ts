import { describe, expect, it } from 'vitest'
import { parseKubeconfig } from './parse-kubeconfig'
import { kubeconfigText } from './test-kubeconfig'

const names = (entries: { name: string }[]) => entries.map(entry => entry.name)

describe('parseKubeconfig', () => {
  it('reads YAML and tells the line of each entry', () => {
    const parsed = parseKubeconfig(
      'clusters:\n- name: a\n  cluster: {server: "https://a"}\n- name: b\ncontexts: []\n',
      'f',
    )
    expect(parsed.clusters.map(({ name, line }) => [name, line])).toEqual([
      ['a', 2],
      ['b', 4],
    ])
    expect(parsed.problems).toEqual([])
  })

  it('reads JSON, a byte order mark, CRLF, and a name that looks like a number as written', () => {
    expect(names(parseKubeconfig(kubeconfigText([{ context: 'x' }]), 'f').contexts)).toEqual(['x'])
    const crlf = '\ufeffcontexts:\r\n- name: 1.10\r\n  context: {cluster: 007, user: yes}\r\n'
    const [context] = parseKubeconfig(crlf, 'f').contexts
    expect(context?.name).toBe('1.10')
    expect(context?.value).toEqual({ cluster: '007', user: 'yes' })
  })

  it('resolves anchors and merge keys', () => {
    const text = [
      'users:',
      '- name: a',
      '  user: &u {token: t}',
      '- name: b',
      '  user: *u',
      '- name: c',
      '  user:',
      '    <<: *u',
      '    as: x',
    ].join('\n')
    const { users } = parseKubeconfig(text, 'f')
    expect(users.map(user => user.value)).toEqual([{ token: 't' }, { token: 't' }, { token: 't', as: 'x' }])
  })

  it.each(['', '\n', '---\n', '# nothing\n', 'null', '{}'])('takes %j as an empty kubeconfig', text => {
    const parsed = parseKubeconfig(text, 'f')
    expect(parsed).toMatchObject({ clusters: [], users: [], contexts: [], problems: [] })
  })

  it.each([
    ['clusters: [\n', /not valid YAML/],
    ['- a\n- b\n', /top level is not a mapping/],
    ['kind: Deployment\n', /kind is "Deployment"/],
    ['clusters: {a: b}\n', /"clusters" must be a list/],
    ['clusters: [5]\n', /not a mapping/],
    ['contexts: [{name: a}, {name: a}]\n', /"a" twice/],
    ['users: *nobody\n', /nobody/],
  ])('reports what is wrong with %j', (text, message) => {
    const { problems } = parseKubeconfig(text, 'bad.yaml')
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(message)
    expect(problems[0]?.where).toContain('bad.yaml')
  })

  it('refuses a YAML bomb without unfolding it', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(`*${of}`).join(',')}]`
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'])
      bomb.push(level(name ?? '', of ?? ''))
    const { problems } = parseKubeconfig(bomb.join('\n'), 'f')
    expect(problems[0]?.message).toMatch(/alias/i)
  })

  it('keeps the good entries of a file with a bad one', () => {
    const parsed = parseKubeconfig('contexts: [{name: a, context: {}}, nonsense, {name: b}]', 'f')
    expect(names(parsed.contexts)).toEqual(['a', 'b'])
    expect(parsed.problems).toHaveLength(1)
  })
})
