import type { LogLikelihood } from './maximise-likelihood.ts';

/**
 * A log-likelihood with independent normal priors on the log-parameters added: keeps a fit finite where the data leave
 * a parameter open, and moves it little where they do not.
 *
 * @param centre parameters (not logarithms) the prior is centred on
 * @param deviation standard deviation of each log-parameter; 2 puts two thirds of the prior within a factor of 7
 */
export function withWeakPrior(
  logLikelihood: LogLikelihood,
  centre: readonly number[],
  deviation: number,
): LogLikelihood {
  const logCentre = centre.map(Math.log);
  return (logParameters, gradient) => {
    let value = logLikelihood(logParameters, gradient);
    for (let index = 0; index < logCentre.length; index += 1) {
      const distance = ((logParameters[index] as number) - (logCentre[index] as number)) / deviation;
      value -= 0.5 * distance * distance;
      gradient[index] = (gradient[index] as number) - distance / deviation;
    }
    return value;
  };
}
