import { DEFAULT_LIMITS, type Limits } from "../serve/mod.ts";
import { UsageError } from "./_args.ts";

/** The numbers among the options of `serve`, as given. */
export type ServeNumberTexts = Record<
  "port" | "max-body" | "max-inputs" | "max-tokens" | "max-concurrent" | "timeout" | "grace",
  string
>;

/** The numbers among the options of `serve`. */
export interface ServeNumbers {
  /** How much a request may ask for. */
  limits: Limits;
  /** Milliseconds that requests may take to end. */
  grace: number;
  /** Port to listen on; 0 takes a free one. */
  port: number;
}

/** Milliseconds that a timer can wait: 2^31 and more fire at once. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** V8 holds no longer string than this, and a body becomes one. */
const LARGEST_BODY = 500 * 2 ** 20;

/**
 * Reads the numbers among the options of `serve`.
 *
 * @param texts The options as given.
 * @returns The numbers, in bytes and milliseconds.
 * @throws {UsageError} If one is no number, or out of its range.
 */
export function serveNumbers(texts: ServeNumberTexts): ServeNumbers {
  const whole = (option: keyof ServeNumberTexts): number =>
    numberOf(texts[option], { option, least: 1, isWhole: true });
  const seconds = (option: "timeout" | "grace", least: number): number =>
    1000 * numberOf(texts[option], { option, least, most: LONGEST_WAIT / 4000 });
  const maxBody = numberOf(texts["max-body"], {
    option: "max-body",
    least: 0.001,
    most: LARGEST_BODY / 2 ** 20,
  });
  return {
    limits: {
      ...DEFAULT_LIMITS,
      maxBodyBytes: Math.floor(maxBody * 2 ** 20),
      maxInputs: whole("max-inputs"),
      maxTokens: whole("max-tokens"),
      maxConcurrent: whole("max-concurrent"),
      timeout: seconds("timeout", 0.05),
    },
    grace: seconds("grace", 0),
    port: numberOf(texts.port, { option: "port", least: 0, most: 65_535, isWhole: true }),
  };
}

interface NumberRange {
  option: string;
  least: number;
  most?: number;
  isWhole?: boolean;
}

function numberOf(
  text: string,
  { option, least, most = Number.MAX_SAFE_INTEGER, isWhole = false }: NumberRange,
): number {
  const number = text.trim() === "" ? NaN : Number(text);
  if (number >= least && number <= most && (!isWhole || Number.isInteger(number))) return number;
  const kind = isWhole ? "a whole number" : "a number";
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${Math.floor(most)}`;
  throw new UsageError(`Cannot read --${option} ${text}: it is not ${kind} ${range}; write one`);
}
