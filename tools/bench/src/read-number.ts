import { InvalidArgumentError } from 'commander';

/** The value of an option that is a number above 0. */
export function readPositive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** The value of an option that counts something. */
export function readCount(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
