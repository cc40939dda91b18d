/** Which part of the machine's cores this process may use now. */
export interface CoreShare {
  /** Whether no other worker of the same `connectZoo` has a call: a model run may use the cores of all workers. */
  isAlone: boolean;
}

/** Of this process: its cores are shared with other processes, and the one that started them all says so. */
export const coreShare: CoreShare = { isAlone: false };
