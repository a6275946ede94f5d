import { useBoard } from '../data/board-context.ts';
import { useMay } from '../data/rights.tsx';
import type { Delivery } from '../data/rule-answers.ts';
import { useAction } from '../data/use-action.ts';
import { counted } from '../format/numbers.ts';
import { headline } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { apiPath } from '../router/routes.ts';

const statuses = {
  delivered: { words: 'delivered', tone: 'good' },
  pending: { words: 'on its way', tone: 'accent' },
  held: { words: 'held in quiet hours', tone: 'warn' },
  suppressed: { words: 'not sent', tone: undefined },
  dead: { words: 'given up', tone: 'bad' },
} as const;

interface DeliveryLineProps {
  readonly delivery: Delivery;
  /** Why it was not sent, where its alert says so. */
  readonly why?: string | undefined;
  readonly reload: () => void;
}

/** One delivery of an alert: where to, what came of it, and another try where it was given up. */
export function DeliveryLine({ delivery, why, reload }: DeliveryLineProps) {
  const { http } = useBoard();
  const maySend = useMay('write');
  const replay = useAction(async () => {
    if (delivery.id === null) return;
    await http.json(`${apiPath('deliveries', delivery.id)}/replay`, { method: 'POST' });
    reload();
  });
  const { status, kind, target, attempts, lastError, nextAttemptAt } = delivery;
  const { words, tone } = statuses[status];
  return (
    <li>
      <span class="tag" data-kind={tone}>
        {words}
      </span>
      <span class="wrap">{kind === 'stream' ? 'live stream' : `${kind} ${target ?? ''}`}</span>
      {attempts > 1 && <span class="soft">{counted(attempts, 'attempt')}</span>}
      {status === 'suppressed' && why !== undefined && <span class="soft">{why}</span>}
      {lastError !== null && <span class="bad wrap">{lastError}</span>}
      {nextAttemptAt !== null && status !== 'delivered' && (
        <span class="soft">
          next <Time at={nextAttemptAt} exact />
        </span>
      )}
      {status === 'dead' && delivery.id !== null && maySend && (
        <button type="button" class="button small" disabled={replay.busy} onClick={() => replay.run()}>
          Send again
        </button>
      )}
      {replay.problem !== undefined && <span class="bad">{headline(replay.problem)}</span>}
    </li>
  );
}
