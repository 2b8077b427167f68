// A bug that one letter or one arrival meets is told, and the node goes on with the others.

/** Hears what could not be done, the id of the activity, and the error. */
export type TellBug = (what: string, activityId: string, error: unknown) => void;
