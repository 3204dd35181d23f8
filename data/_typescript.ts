import type * as Ts from "typescript";

type TypeScript = typeof Ts.default;

/** A declaration that has a documentation comment. */
export interface DocumentedDeclaration {
  /** Qualified name, `Window.fetch`. */
  symbol: string;
  /** Text of the comment before its first tag, as it is written (Markdown). */
  comment: string;
}

/**
 * The documented declarations of a TypeScript file, in their order, by the TypeScript compiler's own parser (which is
 * loaded only when it is needed: it takes a quarter of a second).
 *
 * @param text the file
 * @param path its name
 */
export async function documentedDeclarations(text: string, path: string): Promise<DocumentedDeclaration[]> {
  const { default: ts } = await import("typescript");
  const found: DocumentedDeclaration[] = [];
  const visit = (node: Ts.Node, parents: readonly string[]): void => {
    const names = namesIn(ts, node);
    const comment = names.length > 0 ? commentOf(ts, node) : undefined;
    for (const name of names) {
      if (comment) found.push({ symbol: [...parents, name].join("."), comment });
    }
    const inside = names.length === 1 && opensScope(ts, node) ? [...parents, names[0]] : parents;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  const kind = ts.ScriptKind.TS;
  visit(ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.Latest }, true, kind), []);
  return found;
}

/** What a declaration declares; several names for `var a, b`. Nothing for parameters and type parameters. */
function namesIn(ts: TypeScript, node: Ts.Node): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap((one) => nameText(ts, one.name));
  }
  if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isTypeParameterDeclaration(node)) {
    return [];
  }
  const name = (node as Ts.NamedDeclaration).name;
  return name === undefined ? [] : nameText(ts, name);
}

/** Plain names only: `[Symbol.iterator]`, patterns and modules named by a path are none. */
function nameText(ts: TypeScript, name: Ts.Node): string[] {
  return ts.isIdentifier(name) && !name.text.startsWith("__") ? [name.text] : [];
}

/** Whether names inside are spoken of as `Outer.inner`; `declare global` is no such name. */
function opensScope(ts: TypeScript, node: Ts.Node): boolean {
  if (ts.isModuleDeclaration(node)) return !(node.flags & ts.NodeFlags.GlobalAugmentation);
  return ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node);
}

function commentOf(ts: TypeScript, node: Ts.Node): string | undefined {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return ts.getTextOfJSDocComment(comments.at(-1)?.comment);
}
