import { z } from 'zod';

/** What a person or a program reads as a name: spaces alone would show as nothing. */
export const aName = z.string().regex(/\S/, { error: 'is empty; give it a name' });
