/** How old the models may be that a worker on Lambda or under KCL judges by, ms: an activation shows at most this much later. */
export const workerModelAgeMsMax = 60_000;

/** How long after an activation a worker may still write what it judged by the model before, ms: a batch in hand takes two minutes at most. */
export const oldModelMsMax = workerModelAgeMsMax + 120_000;
