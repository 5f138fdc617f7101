import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '../holdfast-test'

// Calm, long before its roll-out.
test.use({ holdfastArgs: ['--scenario', 'small-fleet', '--speed', '1'] })

test('nodes are cordoned from the list of actions, by keyboard', async ({ page, operator }) => {
  test.setTimeout(300_000)
  const [cluster] = (await operator.room()).fleet.clusters
  const sheet = page.getByTestId('action-sheet')

  await test.step('the form says what is missing, and plans', async () => {
    await page.goto('/actions')
    await page.getByText('Plan another action').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'Action' }).selectOption('Cordon nodes')
    await page.getByRole('textbox', { name: 'Labels' }).fill('kubernetes.io/os=linux')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Nodes of each is missing.')).toBeVisible()
    await page.getByRole('textbox', { name: 'Nodes of each' }).fill('2')
    await page.getByRole('textbox', { name: 'Clusters' }).fill(cluster?.name ?? '')
    const { violations } = await new AxeBuilder({ page }).include('.plan-form').analyze()
    expect(violations).toEqual([])
    await page.keyboard.press('Enter')
    await expect(sheet.getByRole('heading', { name: 'Cordon nodes' })).toBeVisible({ timeout: 60_000 })
  })

  await test.step('the sheet shows each node, and what goes further or back as a lever', async () => {
    await expect(sheet.getByText(/^\+ Cordon Node /)).toHaveCount(2)
    const levers = sheet.getByRole('group', { name: 'Lever' })
    await expect(levers.getByRole('button')).toHaveText(['Cordon', 'Drain', 'Re-admit'])
    await expect(sheet.getByRole('group', { name: 'Where' })).toHaveCount(0)
  })

  await test.step('what the server cannot plan is said in the sheet', async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('textbox', { name: 'Labels' }).fill('pool=a&limit=1')
    await page.getByRole('button', { name: 'Plan', exact: true }).click()
    await expect(sheet.getByText(/is no label selector/)).toBeVisible()
  })
})
