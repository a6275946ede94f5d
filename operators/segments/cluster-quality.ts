import { squaredDistance } from './segment-geometry.ts';

/** How well centroids describe points. */
export interface ClusterQuality {
  /** Mean squared distance to the nearest centroid, transformed units squared. */
  readonly inertia: number;
  /** Points nearest to each centroid, in the order of the centroids. */
  readonly sizes: readonly number[];
  /** Mean simplified silhouette (distance to own against next nearest centroid), -1..1. */
  readonly silhouette: number;
  /** Index of each point's nearest centroid, the first of equally near ones. */
  readonly labels: readonly number[];
  /** Squared distance of each point to it. */
  readonly squared: readonly number[];
}

/**
 * Inertia, sizes and simplified silhouette of centroids on points, at least one of each.
 * @see Vendramin, Campello, Hruschka 2010, "Relative clustering validity criteria", section 3
 */
export function measureClusters(
  points: readonly (readonly number[])[],
  centroids: readonly (readonly number[])[],
): ClusterQuality {
  const sizes = centroids.map(() => 0);
  const labels: number[] = [];
  const distances: number[] = [];
  let inertia = 0;
  let silhouette = 0;
  for (const point of points) {
    let own = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    let nearest = 0;
    centroids.forEach((centroid, index) => {
      const squared = squaredDistance(point, centroid);
      if (squared < own) {
        next = own;
        own = squared;
        nearest = index;
      } else if (squared < next) next = squared;
    });
    sizes[nearest] = (sizes[nearest] ?? 0) + 1;
    labels.push(nearest);
    distances.push(own);
    inertia += own;
    silhouette += next === 0 ? 0 : 1 - Math.sqrt(own / next);
  }
  const count = points.length;
  return { inertia: inertia / count, sizes, silhouette: silhouette / count, labels, squared: distances };
}
