import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkSettings } from './check-settings'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-check-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, text: string): Promise<string> {
  const at = path.join(folder, name)
  await writeFile(at, text)
  return at
}

const kubeconfig = (user: string) => `apiVersion: v1
kind: Config
clusters: [{ name: one, cluster: { server: 'https://127.0.0.1:6443', insecure-skip-tls-verify: true } }]
users: [{ name: ada, user: { token: secret } }]
contexts:
  - { name: good, context: { cluster: one, user: ada } }
  - { name: other, context: { cluster: one, user: ${user} } }
`

describe('checkSettings', () => {
  it('passes a fleet, and tells of what is broken in it', async () => {
    const told: string[] = []
    const good = await file('good', kubeconfig('ada'))
    const settings = await checkSettings(
      ['--kubeconfig', `${good}:${folder}/absent`],
      {},
      line => void told.push(line),
    )
    expect(settings.kubeconfigPaths).toEqual([good, `${folder}/absent`])
    expect(told).toEqual([expect.stringMatching(/absent: cannot read the kubeconfig/)])
  })

  it('needs no file for the simulated fleet', async () => {
    expect((await checkSettings([], {}, expect.fail)).scenario).toBe('dec-11')
  })

  it('refuses files in which nothing can be watched, with each reason', async () => {
    const garbage = await file('garbage', '{ not: [yaml')
    const empty = await file('empty', '')
    const check = checkSettings(['--kubeconfig', `${garbage}:${empty}:${folder}/absent`], {}, expect.fail)
    await expect(check).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/no cluster.*\n.*garbage(.|\n)*absent: cannot read/),
    })
  })

  it('refuses a wrong holdfast.yaml by line and key', async () => {
    const config = await file('holdfast.yaml', 'apiVersion: holdfast.dev/v1\ncolour: blue\n')
    await expect(checkSettings(['--config', config], {}, expect.fail)).rejects.toMatchObject({
      where: `${config}:2:1`,
      message: expect.stringContaining('colour'),
    })
  })
})
