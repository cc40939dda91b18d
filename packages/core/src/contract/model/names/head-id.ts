/** What a head may be called: it is asked for by this name, in requests and in URLs. */
export const HEAD_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export const SAY_HEAD_ID = 'a head\'s id is lower-case words joined by hyphens, such as "lung-mask"';
