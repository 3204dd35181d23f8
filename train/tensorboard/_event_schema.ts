/**
 * The messages of TensorBoard's `event.proto` and `summary.proto` that Lathe writes, in the notation of protobufjs.
 *
 * Source: https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto
 */
export const EVENT_SCHEMA = {
  nested: {
    Event: {
      fields: {
        wallTime: { type: "double", id: 1 },
        step: { type: "int64", id: 2 },
        fileVersion: { type: "string", id: 3 },
        summary: { type: "Summary", id: 5 },
        sessionLog: { type: "SessionLog", id: 7 },
      },
    },
    Summary: {
      fields: { value: { rule: "repeated", type: "Value", id: 1 } },
    },
    Value: {
      // One of several sorts of value: TensorBoard asks which is there, so that a 0 must be written, too.
      oneofs: { sort: { oneof: ["simpleValue"] } },
      fields: {
        tag: { type: "string", id: 1 },
        simpleValue: { type: "float", id: 2 },
      },
    },
    SessionLog: {
      fields: { status: { type: "int32", id: 1 } },
    },
  },
};

/** `SessionLog.SessionStatus`: what TensorBoard has of this step and later ones came from a run that broke off. */
export const SESSION_START = 1;

/** What the first event of a file says. */
export const FILE_VERSION = "brain.Event:2";
