/** A fault of the request's form, as express and its body parsers throw them: BAD_REQUEST, told in full. */
export function refuseRequest(message: string, status: 400 | 408 | 413 | 415 = 400): Error {
  return Object.assign(new Error(message), { status });
}
