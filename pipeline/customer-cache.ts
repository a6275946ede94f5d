import { LRUCache } from 'lru-cache';
import type { CustomerRecord } from '../operators/customer-record.ts';

/**
 * Records as last read or written by this process, so that a customer seen again costs no read. It may be stale:
 * the version condition of the write finds out, and the record is loaded again. The least recently used goes at the bound.
 */
export type CustomerCache = LRUCache<string, CustomerRecord>;

export function createCustomerCache(customersMax: number): CustomerCache {
  return new LRUCache({ max: customersMax });
}
