/** The six answers, spelled as users read them in Flux's messages. */
export type Status = 'InProgress' | 'Failed' | 'Current' | 'Terminating' | 'NotFound' | 'Unknown';

/** What is known of one object. */
export interface StatusResult {
  readonly status: Status;
  /** One CamelCase word for programs; empty where the status needs no reason. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
}
