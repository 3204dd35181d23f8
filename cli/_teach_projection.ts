import {
  copyProjection,
  describeTeacher,
  fitPca,
  loadProjection,
  type Projection,
  saveProjection,
  type Teacher,
  type TextPortion,
} from "../distill/mod.ts";
import type { RecipeTextsOptions } from "../recipes/mod.ts";
import { Progress } from "./_progress.ts";
import type { TeachSettings } from "./_teach_settings.ts";

/** Texts that the axes of --pca are found on. */
const FITTED_TEXTS = 16_384;

/** The texts of a recipe, from their beginning at every call. */
export type TextsOf = (more?: RecipeTextsOptions) => AsyncIterable<TextPortion>;

/** What {@linkcode projectionOf} needs. */
export interface ProjectionOptions {
  /** What the command line says. */
  settings: TeachSettings;
  /** Ends the work. */
  signal: AbortSignal;
}

/** The axes that were kept by an earlier call, those of another folder, or new ones. */
export async function projectionOf(
  teacher: Teacher,
  textsOf: TextsOf,
  { settings: { asked, folder, pca, projection: from }, signal }: ProjectionOptions,
): Promise<Projection | undefined> {
  if (pca === undefined && from === undefined) return undefined;
  const header = await describeTeacher(teacher, asked);
  const kept = await loadProjection(folder, header);
  if (from !== undefined) {
    const projection = await loadProjection(from, header);
    if (projection === undefined) {
      throw new RangeError(
        `Cannot project as in ${from}: no projection lies there; name a folder made with --pca`,
      );
    }
    if (kept === undefined) await copyProjection(from, folder);
    return projection;
  }
  if (kept?.axes.columns === pca) return kept;
  if (kept !== undefined) {
    throw new RangeError(
      `Cannot project to ${pca} dimensions: ${folder} holds vectors of ${kept.axes.columns}; name another --to`,
    );
  }
  const axes = await fitPca(await sampleVectors(teacher, textsOf, { asked, signal }), {
    keep: pca!,
    runtime: teacher.runtime,
  });
  await saveProjection(folder, axes, header);
  return await loadProjection(folder, header);
}

/** Vectors of some texts of every data set. */
async function sampleVectors(
  teacher: Teacher,
  textsOf: TextsOf,
  { asked, signal }: Pick<TeachSettings, "asked"> & Pick<ProjectionOptions, "signal">,
): ReturnType<Teacher["encode"]> {
  const texts = new Set<string>();
  for await (const { texts: some } of textsOf({ take: FITTED_TEXTS })) {
    for (const text of some) texts.add(text);
  }
  const sample = [...texts];
  const progress = new Progress({ unit: "texts to find axes", total: sample.length });
  try {
    return await teacher.encode(sample, {
      ...asked,
      onProgress: (done) => {
        progress.update(done);
        signal.throwIfAborted();
      },
    });
  } finally {
    progress.finish();
  }
}
