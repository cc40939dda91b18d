import { z } from 'zod';

/** What a person or a program reads as a name: spaces alone would show as nothing. */
export const aName = z.string().regex(/\S/, { error: 'is empty; give it a name' });

/** What a terminal would obey, and what turns the order of letters. */
const ORDERS = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** A name that stands in tables, on terminals and in logs: a head's author need not be somebody who is trusted. */
export const aNameInOneLine = aName.refine((name) => !ORDERS.test(name), {
  error: 'holds a line break or a control character; write it in one line',
});
