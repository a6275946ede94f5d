/** An answer as it was given, to be given again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is known of a key when a request comes with it. */
export type AnswerClaim =
  /** Nothing: the request is the first, and `owner` proves it when the answer is there. */
  | { readonly kind: 'claimed'; readonly owner: string }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** The first request with the key is not answered yet. */
  | { readonly kind: 'in-flight' }
  /** The key came with another request. */
  | { readonly kind: 'other-request' };

/** Answers to writes by the key their caller gave them, so that a repetition gets the same one; each kept for 24 hours. */
export interface AnswerStore {
  /**
   * Takes the key for a request unless it is taken. Of claims at the same time one wins. A claim whose process died
   * without settling or releasing it ends after a minute.
   * @param fingerprint tells this request from any other
   */
  claim(key: string, fingerprint: string): Promise<AnswerClaim>;
  /** Keeps the answer. @returns false when it is too large for one item or the claim has ended: nothing is kept then */
  settle(key: string, owner: string, answer: StoredAnswer): Promise<boolean>;
  /** Gives the key free, as if the request had not come. */
  release(key: string, owner: string): Promise<void>;
}

/** How long an answer is kept, milliseconds. */
export const answerKeptMs = 24 * 3_600_000;

/** How long a claim holds without an answer, milliseconds: longer than any request may take. */
export const claimMsMax = 60_000;
