import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { segmentNames, slugOf } from '../../../api/board/format/segments.ts';
import { contrast, distance, parseHex, seenWith, visions } from './colours.ts';

const sheet = readFileSync(new URL('../../../api/board/styles/tokens.css', import.meta.url), 'utf8');

/** The custom properties of both themes; the dark one says only what differs. */
function themes() {
  const [light = '', dark = ''] = sheet.split(':root[data-theme="dark"]');
  const read = (block: string) =>
    Object.fromEntries(
      [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
    );
  return { light: read(light), dark: { ...read(light), ...read(dark) } } as const;
}

function colour(theme: Readonly<Record<string, string | undefined>>, name: string) {
  const hex = theme[name];
  if (hex === undefined) throw new Error(`there is no --${name}`);
  return parseHex(hex);
}

describe.each(Object.entries(themes()))('the %s theme', (_, theme) => {
  it('has text that stands out from every ground it is written on', () => {
    const grounds = ['surface', 'ground', 'sunk'];
    const pairs = [
      ...['ink', 'soft', 'accent', 'good', 'warn', 'bad'].flatMap((ink) =>
        grounds.map((ground) => [ink, ground] as const),
      ),
      ...(['good', 'warn', 'bad', 'accent'] as const).map((tone) => [tone, `${tone}-soft`] as const),
      ['ink', 'accent-soft'] as const,
      ['accent-ink', 'accent'] as const,
      ...['event', 'time', 'model'].map((cause) => [`cause-${cause}`, 'surface'] as const),
    ];
    const weak = pairs.filter(([ink, ground]) => contrast(colour(theme, ink), colour(theme, ground)) < 4.5);
    expect(weak).toEqual([]);
  });

  it('has segments, and bars of what was foreseen, that stand out from the surface', () => {
    const drawn = ['foreseen', ...segmentNames.map((name) => `segment-${slugOf(name)}`)];
    const weak = drawn.filter((name) => contrast(colour(theme, name), colour(theme, 'surface')) < 3);
    expect(weak).toEqual([]);
  });

  it.each(Object.entries(visions))('has eight segments that can be told apart: %s', (_name, vision) => {
    const seen = segmentNames.map((name) => seenWith(vision, colour(theme, `segment-${slugOf(name)}`)));
    const close = segmentNames.flatMap((a, i) =>
      segmentNames.slice(i + 1).flatMap((b, j) => {
        const [first, second] = [seen[i], seen[i + 1 + j]];
        return first && second && distance(first, second) < 0.09 ? [[a, b]] : [];
      }),
    );
    expect(close).toEqual([]);
  });
});
