/** Roles at every depth: told apart without colour, and readable with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Style } from '../../src/client/frame.ts'
import { type Theme, themeNames } from '../../src/client/themes.ts'
import { paletteOf as paletteIn } from '../../src/terminal/palette.ts'

/** `neutral` where one theme is enough. */
const paletteOf = (depth: Parameters<typeof paletteIn>[0], theme: Theme = 'neutral') =>
  paletteIn(depth, theme)
const depths = ['mono', 8, 16, 256] as const
const states: readonly Style[] = ['accent', 'warning', 'error', 'selected', 'mention', 'bold', 'barBold']

const parts = (attribute: number) => ({
  flags: attribute >> 18,
  foreground: (attribute >> 9) & 0x1ff,
  background: attribute & 0x1ff,
})

test('no state is told by colour alone', () => {
  for (const theme of themeNames)
    for (const depth of depths)
      for (const style of states)
        assert.notEqual(parts(paletteOf(depth, theme)[style]).flags, 0, `${style} at ${depth} in ${theme}`)
})

test('mono has no colour at all, nor has the theme of strong marks at any depth', () => {
  const colourless = [
    ...themeNames.map(theme => paletteOf('mono', theme)),
    ...depths.map(depth => paletteOf(depth, 'contrast')),
  ]
  for (const palette of colourless)
    for (const attribute of Object.values(palette)) {
      const { foreground, background } = parts(attribute)
      assert.deepEqual([foreground, background], [0x1ff, 0x1ff])
    }
})

test('8 and 16 colours show no bright black, and each theme only what its background lets one read', () => {
  for (const [theme, allowed] of [
    ['dark', [1, 2, 3, 5, 6]],
    ['light', [1, 2, 4, 5]],
  ] as const)
    for (const depth of [8, 16] as const)
      for (const [style, attribute] of Object.entries(paletteOf(depth, theme))) {
        const { foreground } = parts(attribute)
        if (style === 'warning' || style === 'error') continue
        assert.ok(foreground === 0x1ff || allowed.some(one => one === foreground), `${style} in ${theme}`)
      }
})

test('dark is read on black and light on white, better than what has to do on both', () => {
  for (const [theme, behind, least] of [
    ['dark', 0, 6],
    ['light', 1, 5],
  ] as const)
    for (const [style, attribute] of Object.entries(paletteOf(256, theme))) {
      const { foreground, background } = parts(attribute)
      if (foreground === 0x1ff) continue
      const ground = background === 0x1ff ? behind : luminance(background)
      const found = contrast(luminance(foreground), ground)
      assert.ok(found >= least, `${style} in ${theme}: ${found.toFixed(1)}`)
    }
})

test('8 and 16 colours use only colours that every theme shows: no black, no white, no blue, no bright ones', () => {
  for (const depth of [8, 16] as const) {
    for (const [style, attribute] of Object.entries(paletteOf(depth))) {
      const { foreground, background } = parts(attribute)
      assert.equal(background, 0x1ff)
      assert.ok(foreground === 0x1ff || [1, 2, 3, 5, 6].includes(foreground), `${style} at ${depth}`)
    }
  }
})

test('blinking and invisible text is never asked for', () => {
  for (const depth of depths) {
    for (const attribute of Object.values(paletteOf(depth)))
      assert.equal(parts(attribute).flags & (4 | 16), 0)
  }
})

test('eight nicks have eight looks where there is colour', () => {
  for (const [depth, theme] of ([8, 16, 256] as const).flatMap(each =>
    (['neutral', 'dark', 'light'] as const).map(one => [each, one] as const),
  )) {
    const palette = paletteOf(depth, theme)
    const looks = [0, 1, 2, 3, 4, 5, 6, 7].map(each => palette[`nick${each}` as Style])
    assert.equal(new Set(looks).size, 8)
  }
})

/** Relative luminance of a colour of the 256, as WCAG has it. */
const luminance = (index: number): number => {
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step)
  const cube = index - 16
  const grey = 8 + 10 * (index - 232)
  const channels =
    index >= 232
      ? [grey, grey, grey]
      : [cube / 36, (cube / 6) % 6, cube % 6].map(step => level(Math.floor(step)))
  const [red = 0, green = 0, blue = 0] = channels.map(channel => {
    const share = channel / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const contrast = (one: number, other: number): number =>
  (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)

test('each text colour of the 256 can be read on black, on white, and on its own background', () => {
  for (const [style, attribute] of Object.entries(paletteOf(256))) {
    const { foreground, background } = parts(attribute)
    if (foreground === 0x1ff) continue
    const behind = background === 0x1ff ? [0, 1] : [luminance(background)]
    for (const each of behind) assert.ok(contrast(luminance(foreground), each) >= 3.6, `${style} on ${each}`)
  }
})
