import { boardPath } from '../router/routes.ts';

export function Brand() {
  return (
    <a class="brand" href={boardPath()}>
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="7" fill="#0b6478" />
        <path
          d="M5 20c3.7 0 3.7-3 7.3-3s3.7 3 7.4 3 3.7-3 7.3-3"
          fill="none"
          stroke="#fff"
          stroke-width="2.6"
          stroke-linecap="round"
        />
        <path
          d="M5 13c3.7 0 3.7-3 7.3-3s3.7 3 7.4 3 3.7-3 7.3-3"
          fill="none"
          stroke="#8fdcea"
          stroke-width="2.6"
          stroke-linecap="round"
        />
      </svg>
      Tidemark
    </a>
  );
}
