import type { AlertTargets } from '../api/dependencies.ts';
import { isLoopbackName } from './api-settings.ts';
import type { Settings } from './settings.ts';

/**
 * Where this process delivers alerts to: any public webhook, and the topics and buses of the settings. Webhooks of this
 * machine only for a process with emulators of its own that listens on loopback alone: whoever could ask it to call them
 * could do so themselves.
 */
export function alertTargets({ stack, host, alertTopics, alertBuses }: Settings): AlertTargets {
  return {
    webhooks: { loopback: stack === 'embedded' && isLoopbackName(host) },
    topics: listOf(alertTopics),
    buses: listOf(alertBuses),
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
