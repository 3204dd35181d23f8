/** A file for a model's repository. */
export interface PushFile {
  /** Path in the repository. */
  readonly path: string;
  /** Where it lies on this machine, or what it says. */
  readonly content: { readonly file: string } | { readonly text: string };
}

/** Where files are pushed to. */
export interface PushTarget {
  /** `OWNER/NAME` of a model; it is made if it is not there. */
  readonly id: string;
  /**
   * Branch that gets the commit; it is made from the main branch if it is not there.
   *
   * @default "main"
   */
  readonly branch?: string;
  /**
   * Whether only its owner sees the model. One that is there and public is refused, not changed.
   *
   * @default what the owner's settings say for a new model; any, if it is there
   */
  readonly private?: boolean;
  /**
   * Whether the commit is offered as a pull request, for which reading rights suffice.
   *
   * @default false
   */
  readonly pullRequest?: boolean;
}

/** A file, compared with what the hub has. */
export interface PlannedFile {
  /** Path in the repository. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Whether the hub has no such file, another one, or the same. */
  readonly state: "new" | "changed" | "same";
  /** What is sent; a file on the disk is read when it goes, and refused if it has changed by then. */
  readonly content: Blob;
}

/** What a push will do. */
export interface PushPlan {
  /** `OWNER/NAME`, as the hub calls it now. */
  readonly id: string;
  /** Branch that gets the commit. */
  readonly branch: string;
  /** Whether the repository is to be made. */
  readonly isNew: boolean;
  /** Whether the branch is to be made. */
  readonly isNewBranch: boolean;
  /** Whether only its owner sees the model; undefined for a new one where that follows from the owner's settings. */
  readonly isPrivate: boolean | undefined;
  /** Whether the commit is offered as a pull request. */
  readonly pullRequest: boolean;
  /** The commit that the files were compared with; undefined if there is none. */
  readonly parent: string | undefined;
  /** The files, in the order in which they were given. */
  readonly files: readonly PlannedFile[];
}

/** What a commit says about itself. */
export interface PushOptions {
  /** Its first line. */
  readonly title: string;
  /**
   * What follows that.
   *
   * @default nothing
   */
  readonly description?: string;
}

/** What a push has done. */
export interface PushResult {
  /** The commit; the one that was there, if the hub had all files already. */
  readonly commit: string;
  /** Whether there was anything to do. */
  readonly isChanged: boolean;
  /** Address of the model, of its branch, or of the pull request, for people. */
  readonly url: string;
}

/** How far a push is. */
export interface UploadProgress {
  /** `hf://models/OWNER/NAME`. */
  name: string;
  /** Bytes that have gone. */
  sent: number;
  /** Bytes of all files that go. */
  total: number;
}
