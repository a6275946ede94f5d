/** A number with the word for what is counted, thousands apart: `1 customer`, `2,357 customers`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}
