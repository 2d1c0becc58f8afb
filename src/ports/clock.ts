/** The only source of the current time, so that tests can hold and move it. */
export interface Clock {
  now(): Date;
}
