import assert from "node:assert/strict";
import { formatSeconds, Progress } from "./_progress.ts";

function recorded(shown: boolean): { progress: Progress; written: string[]; wait: (ms: number) => void } {
  const written: string[] = [];
  let time = 0;
  const progress = new Progress({
    unit: "texts",
    total: 1000,
    shown,
    now: () => time,
    write: (text) => void written.push(text),
  });
  return { progress, written, wait: (ms) => void (time += ms) };
}

Deno.test("Progress stays silent for two seconds, then shows count, rate and time left, and erases itself", () => {
  const { progress, written, wait } = recorded(true);
  wait(1999);
  progress.update(10);
  assert.deepEqual(written, []);
  wait(2001);
  progress.update(400, { note: "loss 1.5" });
  progress.update(401); // within 200 ms of the last
  progress.finish();
  assert.deepEqual(written, ["\r\x1b[2K400 of 1,000 texts  100 texts/s  6 s left  loss 1.5", "\r\x1b[2K"]);
});

Deno.test("Progress writes nothing where no one looks", () => {
  const { progress, written, wait } = recorded(false);
  wait(5000);
  progress.update(10);
  progress.finish();
  assert.deepEqual(written, []);
});

Deno.test("formatSeconds keeps two units", () => {
  assert.deepEqual([12.4, 185, 7620].map(formatSeconds), ["12 s", "3 min 05 s", "2 h 07 min"]);
});
