/** One image of the folder that is embedded, and what is known of it. */
export interface EmbedRow {
  /** Its path from the folder, with slashes. It stands in rows.csv and nowhere else. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly label: string | undefined;
  readonly split: string;
  /** The mask's path from the folder. */
  readonly mask: string | undefined;
  /** Absolute. */
  readonly maskPath: string | undefined;
  /** Rows of one group, such as one patient, belong on one side of a split. */
  readonly group: string;
  /** Cells of further columns of the index that hold numbers, such as bone_age_mo, tip_x or effusion. */
  readonly cells: Readonly<Record<string, string | undefined>>;
}

/** A folder as rows, each with a split. */
export interface EmbedSet {
  readonly rows: readonly EmbedRow[];
  /** Whether the folder names no split, so that all of them are drawn. */
  readonly isDrawn: boolean;
  /** Of all images that a training sees, see `digestSeen`, also where only some splits are kept. */
  readonly seen: string | undefined;
  /** What was assumed about the folder, in sentences for a person. */
  readonly notes: readonly string[];
}
