/** Line drawings on a field of 20 by 20, in the colour of the text around them. */
const drawings = {
  live: 'M2 11h3l2.5-6 4 11 2.5-7 1 2h3',
  segments: 'M10 2.500v7.500l6.5 3.700M10 2.500a7.5 7.5 0 1 0 6.5 11.200A7.5 7.5 0 0 0 10 2.500z',
  flows: 'M2 5c7 0 8 10 16 10M2 15c7 0 8-10 16-10M15 2.5 18 5l-3 2.500M15 12.500l3 2.5-3 2.5',
  customers: 'M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 17c.6-3.5 3.2-5 6.5-5s5.9 1.5 6.5 5',
  alerts: 'M5 8a5 5 0 0 1 10 0c0 4 1.5 5.5 1.5 5.500h-13S5 12 5 8zM8.3 16.500a2 2 0 0 0 3.4 0',
  quarantine: 'M10 3 17.5 16.500h-15L10 3zM10 8.500v3.500M10 14.300v.2',
  models: 'M3 17V3M3 17h14M6 13.500l3-4 3 2 4.5-6',
  about: 'M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9v4.500M10 6.300v.2',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.5 13.5 17.5 17.5',
  light:
    'M10 13.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10 1.500v2M10 16.500v2M1.5 10h2M16.5 10h2M4 4l1.4 1.400M14.6 14.6 16 16M4 16l1.4-1.400M14.6 5.4 16 4',
  dark: 'M16.5 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.5 8.500z',
  system: 'M3 4h14v9.500H3zM7 17h6M10 13.500V17',
  arrow: 'M4 10h11M11 6l4 4-4 4',
  event: 'M5 7h10l1 9.500H4L5 7zM7.5 7a2.5 2.5 0 0 1 5 0',
  time: 'M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v4.500l3 2',
  model: 'M10 2.5 17 6.300v7.400l-7 3.8-7-3.800V6.300l7-3.800zM3 6.300l7 3.7 7-3.700M10 10v7.5',
} as const;

export type IconName = keyof typeof drawings;

/** A decoration: what it stands for is said in words beside it, or by the label of what holds it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
